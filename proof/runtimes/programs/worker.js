import { scenario } from './scenario.js'

export default {
  async fetch(_request, env) {
    return Response.json(await scenario(JSON.parse(env.SCENARIO)))
  },
}
