#!/usr/bin/env node
// A clone has the source and runs it, so that nothing needs to be built. The published package is built.
import { existsSync } from 'node:fs'

const source = new URL('../src/command/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : '../dist/main.mjs')
