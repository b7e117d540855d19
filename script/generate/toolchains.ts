import { CATALOG } from '../../src/image/catalog.ts'
import { resolveToolchain } from '../../src/image/toolchain.ts'
import { GENERATED, table } from './markdown.ts'

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

\`toolchain: node@22\` names an image by what is in it. A name alone means the default version.
Every row is data of [src/image/catalog.ts](../src/image/catalog.ts); the image is then treated like one that is named by \`image\`.

${table(['toolchain', 'default version', 'image', 'image of the default', 'note'], rows)}

- The version is put in the place of \`{version}\` as it is written. For \`dotnet\` a version of one part gets a second one: \`dotnet@8\` is \`8.0\`.
- Only the registry knows whether a version exists. A tag that does not exist is ACODE-CTN-004.
- One toolchain for each task. A task that needs several names an image that has them.

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
