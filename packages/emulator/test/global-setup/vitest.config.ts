import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { globalSetup: '@cloud-partner-auth/emulator/global-setup' },
})
