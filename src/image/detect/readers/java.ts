import {
  ANY,
  type Finding,
  lineOfMatch,
  noVersion,
  presence,
  type Requirement,
  type SourceFile,
} from '../finding.ts'
import { majorOf } from '../versions.ts'
import { linesOf } from './plain.ts'
import { parseXml, propertyOf } from './xml.ts'

/** A JDK as version managers write it, `temurin-17.0.9+9`, `17.0.9-tem`, `1.8`: which major version. */
export function javaVersion(written: string): Requirement | null {
  const major = majorOf(
    written.replace(/^(?:[a-z_]\w*[-@])+(?=\d)/i, '').replace(/^(?:openjdk|jdk)(?=\d)/i, ''),
  )
  return major === null ? null : { allows: `${major}.x.x`, names: major }
}

/** The least JDK that builds what is compiled for a version. */
function leastJdk(written: string): Requirement | null {
  const major = majorOf(written)
  return major === null ? null : { allows: `>=${major}.0.0`, names: major }
}

/** `.sdkmanrc`: `java=17.0.9-tem`. */
export const readSdkman = (source: SourceFile): Finding[] =>
  linesOf(source).flatMap(({ text, line }) => {
    const [, name, written = ''] = /^(java|maven|gradle)\s*=\s*(.+)$/.exec(text) ?? []
    if (name === undefined) return []
    const requirement = name === 'java' ? javaVersion(written) : ANY
    if (requirement === null) throw noVersion('java', { file: source.file, line }, written)
    return [{ toolchain: name, file: source.file, line, written: text, ...requirement }]
  })

/** Where a pom says for which version it is compiled, the strongest first. */
const POM = [
  'maven.compiler.release',
  'java.version',
  'maven.compiler.target',
  'maven.compiler.source',
] as const

/** `pom.xml`: the JDK of Maven's image. */
export function readPom(source: SourceFile): Finding[] {
  const document = parseXml(source)
  for (const name of POM) {
    const written = propertyOf(document, name)
    // A property that names another is left to Maven.
    if (written === null || written.includes('${')) continue
    const requirement = leastJdk(written)
    const line = lineOfMatch(source.text, new RegExp(`<${name.replaceAll('.', '\\.')}>`))
    if (requirement === null) throw noVersion('java', { file: source.file, line }, written)
    return [{ toolchain: 'maven', file: source.file, line, written: `${name}: ${written}`, ...requirement }]
  }
  return [presence('maven', source)]
}

/** A toolchain is used as it is; a compatibility is the least. */
const GRADLE = [
  [
    /(?:JavaLanguageVersion\.of|jvmToolchain)[ \t]{0,9}\([ \t]{0,9}["']?([\d.]{1,32})["']?[ \t]{0,9}\)/,
    javaVersion,
  ],
  [
    /(?:source|target)Compatibility[ \t]{0,9}(?:=|\()?[ \t]{0,9}(?:JavaVersion\.(?:toVersion\(["']?|VERSION_)?)?["']?(\d[\d._]*)/,
    leastJdk,
  ],
] as const

/** `build.gradle`, `build.gradle.kts`: the JDK of Gradle's image. A script can be read in its usual forms only. */
export function readGradle(source: SourceFile): Finding[] {
  const code = source.text
    .replace(/\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:])\/\/.*$/gm, '$1')
  for (const [pattern, read] of GRADLE) {
    const match = pattern.exec(code)
    const requirement = match?.[1] === undefined ? null : read(match[1].replaceAll('_', '.'))
    if (match === null || requirement === null) continue
    const line = lineOfMatch(code, pattern)
    return [{ toolchain: 'gradle', file: source.file, line, written: match[0].trim(), ...requirement }]
  }
  return [presence('gradle', source)]
}
