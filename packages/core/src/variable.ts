/** An environment variable; `undefined` where it is empty or not set, and where there is no environment. */
export function variable(name: string): string | undefined {
  return globalThis.process?.env[name] || undefined
}
