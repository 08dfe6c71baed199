import { adapterContract, fetchClient, fetchTraits } from '../src/index.ts'
import { referenceFetch } from './reference-fetch.ts'

adapterContract({
  name: 'reference',
  adapter: referenceFetch,
  create: send => fetchClient(send ?? fetch),
  traits: fetchTraits,
})
