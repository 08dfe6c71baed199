import { adapterContract } from '../src/index.ts'
import { reference } from './reference-client.ts'

adapterContract(reference)
