import { networkInterfaces } from 'node:os'

/** An address of this machine that containers reach, by way of their network's bridge and without being forwarded. */
export function addressForContainers(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  if (found === undefined) throw new Error('This machine has no IPv4 address that a container could reach.')
  return found
}
