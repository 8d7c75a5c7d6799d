import type { ChosenRuntime } from './choose-runtime.ts';
import type { LabContext } from './context.ts';
import { containersOf, type LabSpec } from './lab-spec.ts';
import type { EngineChoice } from './resolve/choices.ts';
import type { Inputs } from './resolve/inputs.ts';

/** Tells which runtime and engines a lab runs on, and why. */
export function tellChoice(
  context: LabContext,
  spec: LabSpec,
  inputs: Inputs,
  chosen: ChosenRuntime,
  choice: EngineChoice,
): void {
  const used = [...inputs.engines.values()].map(({ name, version }) => ({ name, version }));
  const different = [...new Map(used.map((engine) => [JSON.stringify(engine), engine])).values()];
  const engines = different.map(({ name, version }) => {
    const containers = [...containersOf(spec.nodes)].filter(
      ({ container }) => container.engine === name && container.engineVersion === version,
    ).length;
    return { name, version, containers };
  });
  const asked = choice.all !== undefined || choice.of.size > 0;
  const byDefault = context.env.ENVOY_LAB_ENGINE ? 'from ENVOY_LAB_ENGINE' : 'the default';
  context.emit({
    kind: 'choice',
    lab: spec.identity.lab,
    runtime: chosen.runtime.name,
    mode: chosen.report.mode,
    runtimeReason: chosen.reason,
    engines,
    engineReason: asked ? 'asked for with --engine' : byDefault,
    caveats: chosen.report.caveats,
  });
}
