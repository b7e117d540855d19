import type { Finding, SourceFile } from './finding.ts'
import { presence } from './finding.ts'
import { readGlobalJson, readProject, readSolution } from './readers/dotnet.ts'
import { readMix } from './readers/elixir.ts'
import { readGo } from './readers/go.ts'
import { javaVersion, readGradle, readPom, readSdkman } from './readers/java.ts'
import { readMise, readToolVersions } from './readers/managers.ts'
import { readNodeVersion, readPackage } from './readers/node.ts'
import { readComposer } from './readers/php.ts'
import { versionFile } from './readers/plain.ts'
import { pythonVersion, readPipfile, readPyproject } from './readers/python.ts'
import { readGemfile, rubyVersion } from './readers/ruby.ts'
import { readCargo, readRustToolchain } from './readers/rust.ts'
import { readSwiftPackage } from './readers/swift.ts'

/** What a file says of toolchains. Throws TaskError ACODE-CTN-006 when it cannot be read. */
export type Reader = (source: SourceFile) => Finding[]

/** The file says that a tool is used, and nothing of its version. */
const used =
  (toolchain: string): Reader =>
  (source) => [presence(toolchain, source)]

/** A reader, and the toolchains that it can find; those of version managers find any. */
type Entry = readonly [read: Reader, ...toolchains: readonly string[]]
const ANY_TOOL = '*'

/** Whether a reader is of use where one toolchain is looked for; null: all are. */
export const concerns = ([, ...toolchains]: Entry, wanted: string | null): boolean =>
  wanted === null || toolchains.includes(wanted) || toolchains.includes(ANY_TOOL)

/** Readers by file name; a name may have a folder. What is first here is asked first. */
export const READERS: Readonly<Record<string, Entry>> = {
  '.tool-versions': [readToolVersions, ANY_TOOL],
  'mise.toml': [readMise, ANY_TOOL],
  '.mise.toml': [readMise, ANY_TOOL],
  'mise/config.toml': [readMise, ANY_TOOL],
  '.mise/config.toml': [readMise, ANY_TOOL],
  '.config/mise.toml': [readMise, ANY_TOOL],
  '.config/mise/config.toml': [readMise, ANY_TOOL],
  '.nvmrc': [readNodeVersion, 'node'],
  '.node-version': [readNodeVersion, 'node'],
  'package.json': [readPackage, 'node', 'bun', 'deno'],
  'global.json': [readGlobalJson, 'dotnet'],
  'Directory.Build.props': [readProject, 'dotnet'],
  'go.mod': [readGo, 'go'],
  'go.work': [readGo, 'go'],
  '.go-version': [versionFile('go'), 'go'],
  'rust-toolchain.toml': [readRustToolchain, 'rust'],
  'rust-toolchain': [readRustToolchain, 'rust'],
  'Cargo.toml': [readCargo, 'rust'],
  '.python-version': [versionFile('python', pythonVersion), 'python'],
  'pyproject.toml': [readPyproject, 'python'],
  Pipfile: [readPipfile, 'python'],
  'requirements.txt': [used('python'), 'python'],
  'setup.py': [used('python'), 'python'],
  'setup.cfg': [used('python'), 'python'],
  'uv.lock': [used('python'), 'python'],
  '.java-version': [versionFile('java', javaVersion), 'java', 'maven', 'gradle'],
  '.sdkmanrc': [readSdkman, 'java', 'maven', 'gradle'],
  'pom.xml': [readPom, 'maven'],
  'build.gradle': [readGradle, 'gradle'],
  'build.gradle.kts': [readGradle, 'gradle'],
  'settings.gradle': [used('gradle'), 'gradle'],
  'settings.gradle.kts': [used('gradle'), 'gradle'],
  '.ruby-version': [versionFile('ruby', rubyVersion), 'ruby'],
  Gemfile: [readGemfile, 'ruby'],
  '.php-version': [versionFile('php'), 'php'],
  'composer.json': [readComposer, 'php'],
  '.deno-version': [versionFile('deno'), 'deno'],
  '.dvmrc': [versionFile('deno'), 'deno'],
  'deno.json': [used('deno'), 'deno'],
  'deno.jsonc': [used('deno'), 'deno'],
  'deno.lock': [used('deno'), 'deno'],
  '.bun-version': [versionFile('bun'), 'bun'],
  'bun.lock': [used('bun'), 'bun'],
  'bun.lockb': [used('bun'), 'bun'],
  'Package.swift': [readSwiftPackage, 'swift'],
  '.swift-version': [versionFile('swift'), 'swift'],
  'mix.exs': [readMix, 'elixir'],
}

/** Files that are known by the end of their name. */
export const READERS_BY_EXTENSION: Readonly<Record<string, Entry>> = {
  '.sln': [readSolution, 'dotnet'],
  '.slnx': [readSolution, 'dotnet'],
  '.csproj': [readProject, 'dotnet'],
  '.fsproj': [readProject, 'dotnet'],
  '.vbproj': [readProject, 'dotnet'],
}
