import { CATALOG } from '../../src/image/catalog.ts'
import { READERS, READERS_BY_EXTENSION } from '../../src/image/detect/readers.ts'
import { resolveToolchain } from '../../src/image/toolchain.ts'
import { GENERATED, table } from './markdown.ts'

/** The files in which each toolchain is found, the version managers' with all of them. */
function filesByToolchain(): [string, string][] {
  const entries = [
    ...Object.entries(READERS),
    ...Object.entries(READERS_BY_EXTENSION).map(([extension, entry]) => [`*${extension}`, entry] as const),
  ]
  const files = (name: string) =>
    entries.filter(([, [, ...toolchains]]) => toolchains.includes(name)).map(([file]) => `\`${file}\``)
  return [...Object.keys(CATALOG), '*'].map((name) => [
    name === '*' ? 'any' : `\`${name}\``,
    files(name).join(', '),
  ])
}

/** The reference of the catalog. */
export function toolchainsPage(): string {
  const rows = Object.entries(CATALOG).map(([name, entry]) => [
    `\`${name}\``,
    `\`${entry.version}\``,
    `\`${entry.image}\``,
    `\`${resolveToolchain(name, null).image}\``,
    entry.note,
  ])
  return `${GENERATED}
# Toolchains

\`toolchain: node@22\` names an image by what is in it. A name alone means the version that the repository’s own files ask for, else the default.
\`toolchain: auto\` reads name and version from these files ([below](#what-the-repository-says)).
Every row is data of [src/image/catalog.ts](../src/image/catalog.ts); the image is then treated like one that is named by \`image\`.

${table(['toolchain', 'default version', 'image', 'image of the default', 'note'], rows)}

- The version is put in the place of \`{version}\` as it is written. For \`dotnet\` a version of one part gets a second one: \`dotnet@8\` is \`8.0\`.
- Only the registry knows whether a version exists. A tag that does not exist is ACODE-CTN-004.
- One toolchain for each task. A task that needs several names an image that has them.

## What the repository says

Files are looked for in the working directory of the task and the folders above it, up to the workspace; of each name the nearest counts. Projects of .NET are looked for below as well, three folders deep.

${table(['toolchain', 'files'], [...filesByToolchain()])}

- All that is found has to agree. Of versions that are named, the most exact is taken; of a range, the newest version of the catalog that is in it.
- A least version that a compiler asks for (\`go 1.24\`, \`net8.0\`, \`maven.compiler.release\`) is the one that is taken, and a newer one that another file names fits too.
- The JDK of \`maven\` and \`gradle\` comes from \`.java-version\`, \`.tool-versions\`, \`mise.toml\` and \`.sdkmanrc\` as well.
- Files that contradict each other are one error that names both (ACODE-CTN-006), and so is a file that cannot be read. Several languages are an error that lists them: name the one that the task needs.
- To decide yourself, write the version: \`toolchain: node@22\` reads no file.
- The log and \`toolchain.source\` of the record name file and line.

## Other images

A file \`.github/toolchains.yml\` in the workspace has precedence over the catalog; the input \`toolchains-file\` names another file.
Each line maps a name to an image, with \`{version}\` where the version goes, or to an image and a default version.
It can replace rows of the catalog and add new ones.
\`./plan\` has the same input, and refuses a task file with a toolchain that leads to no image.

\`\`\`yaml
node: registry.example/mirror/node:{version}
unity: { image: 'registry.example/unity:{version}', version: '6000.0' }
\`\`\`

The version is the task’s, else the file’s, else the catalog’s, else \`latest\`.
The record says in \`toolchain.source\` where the answer came from: \`catalog\`, or the path of the file.
`
}
