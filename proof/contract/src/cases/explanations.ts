import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import type { Stage } from '../stage/stage.ts'
import type { Client, Sending } from '../subject.ts'

const unknown: ContractCase['lacking'] = ({ traits }) =>
  traits.explained === false && 'its adapter does not see what is delivered'

export const explanationCases: readonly ContractCase[] = [
  {
    title: 'is explained where the URL is not covered, with what is',
    lacking: unknown,
    async run(stage) {
      stage.foreign.answer(() => ({ status: 401, body: '' }))
      const said = await explained(stage, stage.ours(), { url: `${stage.foreign.origin}/api/x` })
      expect(said).toContain(`${stage.foreign.origin}/api/x is not covered`)
      expect(said).toContain(stage.portal.origin)
    },
  },
  {
    title: "is explained where it carried the caller's own Authorization",
    lacking: unknown,
    async run(stage) {
      const headers = { authorization: 'Basic b3du' }
      const url = `${stage.portal.origin}/api/x`
      const said = await explained(stage, stage.ours(), { url, headers })
      expect(said).toContain('your code or client set')
    },
  },
  {
    title: 'is explained where a renewed token was refused too',
    lacking: unknown,
    async run(stage) {
      stage.portal.answer(() => ({ status: 401, body: '' }))
      const said = await explained(stage, stage.ours(), { url: `${stage.portal.origin}/api/x` })
      expect(said).toContain('sent again with a renewed token, and that was refused too')
    },
  },
  {
    title: 'is explained where it is forbidden, by what that means to the API',
    lacking: unknown,
    async run(stage) {
      stage.portal.answer(() => ({ status: 403, body: '' }))
      const said = await explained(stage, stage.ours(), { url: `${stage.portal.origin}/api/x` })
      expect(said).toContain('may not do this in this publisher account')
    },
  },
  {
    title: 'is explained where its own auth knows it, and another does not',
    lacking: unknown,
    async run(stage) {
      stage.portal.answer(() => ({ status: 403, body: '' }))
      const failed = await failure(stage.ours(), { url: `${stage.portal.origin}/api/x` })
      expect(String(stage.makeAuth().explain(failed))).toContain('Nothing is known of the request')
    },
  },
]

async function explained(stage: Stage, client: Client, request: Sending): Promise<string> {
  return String(stage.auth.explain(await failure(client, request)))
}

/** What a client gives its caller for a request that fails: an error, or the answer. */
async function failure(client: Client, request: Sending): Promise<unknown> {
  try {
    return (await client.send({ ...request, strict: true })).raw
  } catch (thrown) {
    return thrown
  }
}
