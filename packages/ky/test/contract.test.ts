import { adapterContract } from '@cloud-partner-auth/contract'
import { subject } from './subject.ts'

adapterContract(subject)
