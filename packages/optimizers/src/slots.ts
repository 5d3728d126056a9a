import {
  fill,
  type Tensor,
  tidy,
  util,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import type { SlotKind } from './rule.js'

/** The slots of one variable by the names of their kinds. */
export type Slots = Record<string, Variable>

/** Refuses slots of another shape than their variable. @throws RangeError */
export function checkSlots(slots: Slots, of: Variable, owner: string): void {
  for (const [name, { shape }] of Object.entries(slots)) {
    if (util.arraysEqual(shape, of.shape)) continue
    const text = `the slot "${of.name}/${name}" has the shape [${shape}]`
    throw new RangeError(
      `${owner}: ${text}; expected [${of.shape}], that of the variable.`,
    )
  }
}

/** The slots of a variable, in the order of their kinds; makes those that are missing. */
export function slotsFor(
  slots: Slots,
  kinds: readonly SlotKind[],
  of: Variable,
): Variable[] {
  return kinds.map(({ name, initial }) => {
    slots[name] ??= tidy(() => variable(fill(of.shape, initial), false))
    return slots[name]
  })
}

/** A slot with the values of a tensor. */
export function slotOf(tensor: Tensor): Variable {
  return tidy(() => variable(tensor.clone(), false))
}

/** Disposes of all slots. */
export function disposeSlots(all: Map<string, Slots>): void {
  for (const slots of all.values())
    for (const slot of Object.values(slots)) if (!slot.isDisposed) slot.dispose()
  all.clear()
}
