import { readmeProgram } from '@cloud-partner-auth/contract'

readmeProgram(new URL('..', import.meta.url))
