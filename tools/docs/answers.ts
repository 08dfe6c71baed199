// node tools/docs/answers.ts: writes packages/emulator/ANSWERS.md from the answers that the emulator gives.
import { writeFileSync } from 'node:fs'
import { answersPage } from '../../packages/emulator/src/api/answers-page.ts'

writeFileSync(new URL('../../packages/emulator/ANSWERS.md', import.meta.url), answersPage())
