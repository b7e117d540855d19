/**
 * Options of `docker create` that concern the container alone. All others reach what is around it: its network, the
 * kernel's settings, namespaces, devices, ports of the machine, or groups of its files.
 */
const INSIDE: ReadonlySet<string> = new Set([
  'blkio-weight',
  'cap-drop',
  'cpu-period',
  'cpu-quota',
  'cpu-shares',
  'cpuset-cpus',
  'cpuset-mems',
  'domainname',
  'expose',
  'hostname',
  'init',
  'interactive',
  'memory-reservation',
  'memory-swappiness',
  'no-healthcheck',
  'rm',
  'stop-signal',
  'tmpfs',
  'tty',
  'ulimit',
])

/** True of an option by its name that leaves a strict container what it is. */
export const isInside = (name: string): boolean => INSIDE.has(name) || name.startsWith('health-')
