/** The development container that the repository describes, as a toolchain. */
export const DEVCONTAINER = 'devcontainer'

/**
 * Which development container a toolchain asks for: `devcontainer`, or one of several by the folder that its
 * description is in, `devcontainer@api`. Null when it asks for none.
 */
export function devcontainerIn(toolchain: string | undefined): { readonly name: string | undefined } | null {
  const found = /^devcontainer(?:@([\w][\w.+-]*))?$/.exec(toolchain?.trim() ?? '')
  return found === null ? null : { name: found[1] }
}
