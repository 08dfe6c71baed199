import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFile, readFileAtOnce } from '../src/read-file.ts'
import { kubernetesMount } from './fixtures/kubernetes-mount.ts'
import { kinds, layNoRegularFile } from './fixtures/no-regular-file.ts'

const mebibyte = 1024 * 1024
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-file-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe.each([
  ['awaited', readFile],
  ['at once', async (path: string) => readFileAtOnce(path)],
])('a file that the user named, read %s', (_, read) => {
  it('is read whole, up to 1 MiB', async () => {
    const path = join(folder, 'file')
    for (const text of ['', 'sécret\n', 'x'.repeat(mebibyte)]) {
      writeFileSync(path, text)
      expect(await read(path)).toBe(text)
    }
  })

  it('is refused beyond 1 MiB, however large it is', async () => {
    const path = join(folder, 'file')
    for (const size of [mebibyte + 1, 2 ** 33]) {
      writeFileSync(path, '')
      truncateSync(path, size)
      await expect(read(path)).rejects.toThrow(`${path} holds more than 1 MiB`)
    }
  })

  // Only Linux has a /proc, whose files say that they hold 0 bytes.
  it.skipIf(process.platform !== 'linux')('is read although it claims to be empty', async () => {
    expect(await read('/proc/self/status')).toContain('Pid:')
  })

  it.each(kinds.filter(kind => kind !== 'link'))(
    'is refused without waiting where it is none: %s',
    async kind => {
      const path = join(folder, 'file')
      await layNoRegularFile(kind, path)
      await expect(read(path)).rejects.toThrow(/file is no regular file: name a file, not a folder/)
      symlinkSync(path, join(folder, 'link'))
      await expect(read(join(folder, 'link'))).rejects.toThrow(/link is no regular file/)
    },
  )

  it('is missed by name', async () => {
    const path = join(folder, 'file')
    await expect(read(path)).rejects.toMatchObject({
      code: 'ENOENT',
      message: `${path} does not exist (ENOENT)`,
    })
    symlinkSync(path, path)
    await expect(read(path)).rejects.toThrow(/circle \(ELOOP\)/)
    await expect(read(join(folder, 'no', 'file'))).rejects.toThrow(/ENOENT/)
  })

  it('is always one version or the next where Kubernetes mounts it and rotates it', async () => {
    const { path, rotate: replace } = kubernetesMount(folder, 'file')
    const rotate = (version: number) => replace(`${version}`.padStart(100_000))
    rotate(1)
    for (let version = 2; version < 40; version++) {
      const reading = read(path)
      await new Promise(resume => setImmediate(resume))
      rotate(version)
      expect([version - 1, version].map(String)).toContain((await reading).trim())
      expect((await read(path)).trim()).toBe(String(version))
    }
  })
})
