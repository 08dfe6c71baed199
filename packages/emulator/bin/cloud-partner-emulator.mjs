#!/usr/bin/env node
// The published package has no source. A clone runs it as it stands, so that it need not be built first.
import { existsSync } from 'node:fs'

const source = new URL('../src/command/main.ts', import.meta.url)
await import(existsSync(source) ? source.href : '../dist/main.mjs')
