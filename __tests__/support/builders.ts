import { type Builder, byDriver } from '../../src/engine/builder.ts'

/** Builders of every kind, as they are found. */
export const BUILDERS: Readonly<Record<'classic' | 'engines' | 'newer' | 'own', Builder>> = {
  classic: { kind: 'classic', command: ['build'], exportsCache: false, loads: false, env: {} },
  /** The engine's BuildKit, through the plugin of the CLI. */
  engines: byDriver('Name:   default\nDriver: docker\n', false),
  /** The same of an engine with containerd's image store. */
  newer: byDriver('Name:   default\nDriver: docker\n', true),
  /** One in a container, as docker/setup-buildx-action makes it. */
  own: byDriver('Name:          builder\nDriver:        docker-container\nLast Activity: x\n', false),
}
