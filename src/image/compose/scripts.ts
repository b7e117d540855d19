import type { ToolchainPart } from './parts.ts'

/** Where a stage keeps what goes into the composed image besides its folders. It is in no layer that a task sees. */
export const STAGING = '/acode'

/** Libraries that belong to the C library: those of the base are used, or nothing would run. */
const OF_LIBC =
  'ld-linux[^/]*|lib(c|m)\\.so\\.6|lib(dl|resolv)\\.so\\.2|lib(mvec|rt|util|nsl|anl)\\.so\\.1|libpthread\\.so\\.0|libnss_[^/]*'
/** Where the loader looks by itself. */
const PLACES = '/lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /lib/*-linux-gnu* /usr/lib/*-linux-gnu*'

/** Finds the loader, which lists what a program is linked to where there is no `ldd`. */
const FIND_LOADER = [
  'set -eu',
  'loader=',
  'for file in /lib64/ld-linux-*.so.* /lib/ld-linux-*.so.* /lib64/ld64.so.*; do if [ -e "$file" ]; then loader=$file; fi; done',
]

/** Says what is wrong, in a line that is found again in the log of a build. */
const fault = (text: string): string => `echo "${FAULT}${text}" >&2`
/** The start of such a line. */
export const FAULT = 'acode: cannot compose: '

/**
 * What a stage does before its toolchain is copied: a list of the programs and libraries whose shared libraries are all
 * there, and the libraries that are not in its own folders.
 */
export function collectScript(
  name: string,
  part: ToolchainPart & { readonly folders: readonly string[] },
): string[] {
  const place = `${STAGING}/${name}`
  const folders = part.folders.join(' ')
  const inFolders = part.folders.map((folder) => `${folder}|${folder}/*`).join('|')
  const byName = (part.libraries ?? []).map(
    (pattern) =>
      `for lib in $(for place in ${PLACES}; do echo $place/${pattern}; done); do if [ -e "$lib" ]; then echo "$lib" >>${place}/found; fi; done`,
  )
  return [
    ...FIND_LOADER,
    `mkdir -p ${place}/lib`,
    `: >${place}/files`,
    `: >${place}/found`,
    `if [ -z "$loader" ]; then ${fault(`the image of ${name} has no glibc, and what is linked to another C library runs on none of the others`)}; exit 1; fi`,
    `for file in ${part.programs.join(' ')} $(find ${folders} -type f -name '*.so*'); do`,
    `  if "$loader" --list "$file" >${place}/list 2>/dev/null && ! grep -q 'not found' ${place}/list; then`,
    `    echo "$file" >>${place}/files; sed -n 's/.* => \\(\\/[^ ]*\\) .*/\\1/p' ${place}/list >>${place}/found; fi; done`,
    ...byName,
    `for lib in $(sort -u ${place}/found | grep -vE '/(${OF_LIBC})$' || true); do`,
    `  case "$lib" in ${inFolders}) ;; *) cp -L "$lib" ${place}/lib/ ;; esac; done`,
    `rm ${place}/found; rm -f ${place}/list`,
  ]
}

/**
 * What is done when all parts are in the composed image: libraries that its base lacks get a place where the loader
 * looks, and each program and library finds all that it found before.
 */
export function moveScript(names: readonly string[]): string[] {
  return [
    ...FIND_LOADER,
    'bad=',
    `for name in ${names.join(' ')}; do`,
    `  for lib in ${STAGING}/$name/lib/*; do if [ -e "$lib" ]; then`,
    `    here=; for place in ${PLACES}; do if [ -e "$place/\${lib##*/}" ]; then here=$place; fi; done`,
    `    if [ -z "$here" ]; then cp "$lib" /usr/lib/; echo "library \${lib##*/} of $name added"; fi; fi; done`,
    '  while read -r file; do',
    `    if [ -z "$loader" ]; then ${fault('the base image has no glibc, which $name is linked to')}; exit 1; fi`,
    `    if ! "$loader" --list "$file" >${STAGING}/list 2>&1 || grep -q 'not found' ${STAGING}/list; then bad=1`,
    `    missing=$({ grep 'not found' ${STAGING}/list || cat ${STAGING}/list; } | head -n 1)`,
    `    ${fault('$name: $file: $missing')}; fi`,
    `  done <${STAGING}/$name/files; done`,
    `rm -rf ${STAGING}`,
    '[ -z "$bad" ]',
  ]
}
