/**
 * Bundles the entries from build/ (made by tsc) into dist/, what the runner starts: `NAME/index.js` is one line, the
 * rest is in `chunks/`, which all entries share. ncc makes the bundle, terser makes it small: ncc's own `--minify`
 * leaves out everything that is loaded later. The same sources give the same bytes on every machine.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type AnyNode, parse } from 'acorn'
import { minify } from 'terser'

const ENTRIES = ['main', 'post', 'plan', 'report', 'clean', 'guard']

/** Modules of dependencies that files of ours stand for; each says why. */
const STAND_INS = {
  '@azure/storage-blob': './github/blob-client.js',
  archiver: './github/zip-writer.js',
  undici: './github/no-undici.js',
}

/** zod would make a program of each schema for the first value that it reads; a run reads one or two with each. */
const NO_COMPILER = 'globalThis.__zod_globalConfig = { jitless: true }'

const BUILD = resolve('build')
const DIST = resolve('dist')
const CHUNKS = join(DIST, 'chunks')

rmSync(DIST, { recursive: true, force: true })
bundle()
for (const file of readdirSync(CHUNKS).filter((name) => name.endsWith('.js')))
  await shrink(join(CHUNKS, file))
for (const name of ENTRIES) {
  mkdirSync(join(DIST, name))
  writeFileSync(
    join(DIST, name, 'index.js'),
    `import { start } from '../chunks/index.js'\nawait start.${name}()\n`,
  )
}
// The licenses and the kind of module count for all that is below.
for (const file of ['licenses.txt', 'package.json']) renameSync(join(CHUNKS, file), join(DIST, file))

function bundle(): void {
  const starts = ENTRIES.map((name) => `  ${name}: () => import('./${name}.js'),\n`).join('')
  writeFileSync(join(BUILD, 'index.js'), `${NO_COMPILER}\nexport const start = {\n${starts}}\n`)
  // ncc takes other names of modules from here.
  const paths = Object.fromEntries(Object.entries(STAND_INS).map(([name, file]) => [name, [file]]))
  writeFileSync(
    join(BUILD, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { allowJs: true, baseUrl: '.', paths } }),
  )
  const options = ['--out', CHUNKS, '--license', 'licenses.txt', '--no-cache', '--quiet']
  execFileSync('ncc', ['build', 'index.js', ...options], { cwd: BUILD, stdio: 'inherit' })
}

/** Names of functions and classes stay: a stack in a record has to say something. */
async function shrink(file: string): Promise<void> {
  const names = { keep_classnames: true, keep_fnames: true }
  const { code } = await minify(readFileSync(file, 'utf8'), {
    module: true,
    ecma: 2020,
    format: { comments: false },
    ...names,
  })
  writeFileSync(file, `${inParentheses(code ?? '')}\n`)
}

/**
 * The same chunk with each of its modules in parentheses. Of a function without them V8 reads the bounds first and
 * compiles it when it is called: of modules, which are all called at the start, everything was read twice. A function in
 * parentheses is compiled at once (https://v8.dev/blog/preparser#pife).
 */
function inParentheses(code: string): string {
  let text = code
  for (const { start, end } of modulesOf(code).toReversed())
    text = `${text.slice(0, start)}(${text.slice(start, end)})${text.slice(end)}`
  return text
}

/** The functions of ncc's tables of modules: `export const __webpack_modules__ = { 12: (…) => {…} }`, in their order. */
function modulesOf(code: string): AnyNode[] {
  const { body } = parse(code, { ecmaVersion: 'latest', sourceType: 'module' })
  const declared = body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    return declaration?.type === 'VariableDeclaration' ? declaration.declarations : []
  })
  return declared.flatMap(({ init }) =>
    init?.type === 'ObjectExpression'
      ? init.properties.flatMap((one) =>
          one.type === 'Property' && one.value.type.endsWith('FunctionExpression') ? [one.value] : [],
        )
      : [],
  )
}
