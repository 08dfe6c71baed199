/** A part of the proof that `npm run proof -- <part>` runs. */
export interface Part {
  /** One line for the list of all parts. */
  readonly shows: string
  /** Roughly, on two cores. */
  readonly takes: string
  /** A program and its arguments, from the root; what follows the part's name is added. */
  readonly command: readonly string[]
  /** What it needs in the environment, unless it is there. */
  readonly env?: Readonly<Record<string, string>>
}

const vitest = ['vitest', 'run', '--config', 'tools/vitest.config.ts', '--root', '.']
const core = [...vitest, '--project', '@cloud-partner-auth/core']

export const parts: Readonly<Record<string, Part>> = {
  model: {
    shows: 'a token source keeps its invariants in 200,000 random orders of events',
    takes: '2 min',
    command: [...core, '--reporter', 'verbose', 'packages/core/test/model'],
    env: { MODEL_RUNS: '200000' },
  },
  fuzz: {
    shows: 'no input breaks a parser, or moves a token to a URL that is not covered',
    takes: '1 min',
    command: [...core, '--reporter', 'verbose', 'packages/core/test/fuzz'],
  },
  rules: {
    shows: 'each rule taken out of core fails a case of the contract in every adapter',
    takes: '20 min',
    command: ['node', 'proof/rules/run.ts'],
  },
  suites: {
    shows: "a client's own tests pass with the plugin: suites got <folder with a clone of it>",
    takes: '10 min',
    command: ['node', 'proof/suites/run.ts'],
  },
  mutants: {
    shows: 'tests notice nearly every change that Stryker makes to core',
    takes: '30 min',
    command: ['stryker', 'run', 'proof/mutants/stryker.config.json'],
  },
  matrix: {
    shows: 'every version of every client passes the contract under four Nodes (Linux x64)',
    takes: '15 min',
    command: ['node', 'proof/matrix/run.ts'],
  },
  soak: {
    shows: 'all clients for minutes against an emulator whose faults change each second',
    takes: '10 min',
    command: ['node', '--expose-gc', 'proof/soak/soak.ts'],
  },
  fleet: {
    shows: 'what fleets of up to 10,000 processes ask of their authority and their Redis',
    takes: '3 min',
    command: ['node', 'proof/fleet/main.ts'],
  },
  bench: {
    shows: 'speed and size beside what people use today',
    takes: '10 min',
    command: ['node', 'proof/benchmarks/main.ts'],
  },
  instructions: {
    shows: 'machine instructions of a held token and of a request (needs valgrind)',
    takes: '30 min',
    command: ['node', 'proof/benchmarks/main.ts', 'instructions'],
  },
  recipes: {
    shows: 'the programs of docs/any-other-client.md run as they are printed',
    takes: '10 s',
    command: [...vitest, '--project', '@cloud-partner-auth/recipes', '--reporter', 'verbose'],
  },
  runtimes: {
    shows: 'fetch and ky on Bun, Deno and workerd',
    takes: '1 min',
    command: ['node', 'proof/runtimes/run.mjs'],
  },
  tools: {
    shows: 'the packed packages in Nodes, TypeScripts, test runners, bundlers, package managers',
    takes: '5 min',
    command: ['node', 'proof/tools/run.ts'],
  },
  coverage: {
    shows: 'how much of the packages all tests together run through',
    takes: '10 min',
    command: [...vitest, '--coverage'],
  },
}
