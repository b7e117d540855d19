/**
 * Capabilities that act on what is the container's own (its processes, its files, its network, its memory), with the
 * reason. SECURITY.md has the same table. All others act on the machine, or let a file act with more rights than its
 * task had once it is the runner's (MKNOD, SETFCAP).
 */
export const INSIDE: Readonly<Record<string, string>> = {
  AUDIT_WRITE: 'one of Docker’s defaults: writes records to the kernel’s audit log',
  CHOWN: 'one of Docker’s defaults: owners of the container’s files',
  DAC_OVERRIDE: 'one of Docker’s defaults: root reads and writes the container’s files',
  FOWNER: 'one of Docker’s defaults: modes of the container’s files',
  FSETID: 'one of Docker’s defaults: keeps set-id bits; what is left of them on the runner is taken',
  IPC_LOCK: 'locks memory, which counts against the task’s limit',
  IPC_OWNER: 'shared memory and queues of the container’s own IPC namespace',
  KILL: 'one of Docker’s defaults: signals to processes of the container',
  NET_ADMIN: 'addresses, routes and firewall of the container’s own network; refused with network: host',
  NET_BIND_SERVICE: 'one of Docker’s defaults: ports below 1024 of the container',
  NET_BROADCAST: 'broadcasts in the container’s own network',
  NET_RAW: 'one of Docker’s defaults: packets in the container’s own network',
  SETGID: 'one of Docker’s defaults: groups of processes of the container',
  SETPCAP: 'one of Docker’s defaults: hands on what capabilities the container has',
  SETUID: 'one of Docker’s defaults: users of processes of the container',
  SYS_CHROOT: 'one of Docker’s defaults: root folders of processes of the container',
  SYS_PTRACE: 'looks into processes of the container: it sees no others',
}

/** A capability as engines read it: any case, with or without `CAP_`. */
export const capabilityName = (text: string): string => text.toUpperCase().replace(/^CAP_/, '')

/** True of a capability that acts on what is the container's own. */
export const actsInside = (text: string): boolean => Object.hasOwn(INSIDE, capabilityName(text))
