import { fileURLToPath } from 'node:url'

/** Names with the addresses that each look gives, and addresses with the ports of this machine that they lead to. */
export interface FakeInternet {
  readonly names: Readonly<Record<string, readonly (readonly string[])[]>>
  readonly ports: Readonly<Record<string, number>>
}

/** The environment in which a program takes it for the internet. */
export function fakeInternet(pretended: FakeInternet): Record<string, string> {
  const preload = fileURLToPath(new URL('./fake-internet.ts', import.meta.url))
  return { FAKE_INTERNET: JSON.stringify(pretended), NODE_OPTIONS: `--import=${preload}` }
}
