import { apis } from '../apis.ts'
import { entraAnswers } from '../authority/entra-answers.ts'
import type { Answer } from './answer.ts'
import { claimsChallenge } from './guarded.ts'

/** ANSWERS.md, from the very answers that the emulator gives. */
export function answersPage(): string {
  const rows = apis.flatMap(api => [
    ...Object.values(api.answers).map(answer => row(api.title, 'any', answer)),
    ...api.operations.flatMap(({ method, path, answers }) =>
      Object.values(answers).map(answer => row(api.title, request(method, path), answer)),
    ),
  ])
  const entra = entraAnswers.map(([request, answer]) => row('Entra', request, answer))
  return `<!-- Made by "node tools/docs/answers.ts" from the answers in packages/emulator/src; change those. -->

# What the emulator answers, and how we know

Each row is an answer that the emulator gives, when it gives it, and what that rests on. **Documented** is what a page of the API's
reference says, **observed** what was seen in public threads or is relied on by public clients, and **chosen** is what nobody
has described. \`any\` stands for every request of the API. Nothing here was checked against the live services.

In the log every request has its row: \`emulator.requests[0].answer\`.

| API | request | status | when | basis |
|---|---|---|---|---|
${[...rows, row('every API', 'any', claimsChallenge), ...entra].join('\n')}
`
}

function row(api: string, request: string, answer: Answer): string {
  return `| ${api} | ${request} | ${answer.status} | ${answer.when} | ${basis(answer)} |`
}

function request(method: string | readonly string[], path: string): string {
  const pattern = path.replace(/:(\w+)/g, '{$1}')
  return [method]
    .flat()
    .map(name => `\`${name} ${pattern}\``)
    .join(', ')
}

function basis({ basis, source }: Answer): string {
  return basis === 'chosen' ? `chosen: ${source}` : `[${basis}](${source})`
}
