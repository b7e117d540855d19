/** The name of an artifact as the service takes it: its forbidden characters become hyphens. */
export function artifactName(name: string): string {
  return name.replace(/[\\/":<>|*?\r\n]/g, '-')
}
