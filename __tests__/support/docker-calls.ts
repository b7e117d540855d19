import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A `docker` on the search path that notes how it is called and becomes the real one. */
export type DockerCalls = {
  /** For the job's `env`. */
  readonly env: { readonly PATH: string }
  /** The calls so far, in no order. */
  calls(): { readonly args: readonly string[]; readonly env: ReadonlyMap<string, string> }[]
}

/** Makes the shim in a new folder below `folder`. */
export function recordDockerCalls(folder: string): DockerCalls {
  const root = mkdtempSync(path.join(folder, 'shim-'))
  const script = `#!/bin/sh
# The call as the kernel has it: arguments and initial environment, each ended by NUL.
cat /proc/$$/cmdline >${root}/$$.cmdline
cat /proc/$$/environ >${root}/$$.environ
PATH=\${PATH#*:}
export PATH
exec docker "$@"
`
  writeFileSync(path.join(root, 'docker'), script, { mode: 0o755 })
  const read = (name: string) => readFileSync(path.join(root, name), 'utf8').split('\0').slice(0, -1)
  return {
    env: { PATH: `${root}:${process.env.PATH ?? ''}` },
    calls: () =>
      readdirSync(root)
        .filter((name) => name.endsWith('.cmdline'))
        .map((name) => ({
          args: read(name).slice(2),
          env: new Map(
            read(name.replace(/cmdline$/, 'environ')).map((entry) => {
              const equals = entry.indexOf('=')
              return [entry.slice(0, equals), entry.slice(equals + 1)]
            }),
          ),
        })),
  }
}
