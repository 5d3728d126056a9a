const sentences = {
  REG_BACKEND_MISSING: 'No tfjs backend is registered, so no tensor can be made.',
  REG_BATCH_DISPOSED: 'A batch holds a tensor that has already been disposed of.',
  REG_BATCH_SIZE: 'The number of samples in a batch is not known.',
  REG_BUSY: 'The trainer is running, and the call is allowed only between runs.',
  REG_CHECKPOINT_DAMAGED:
    'A checkpoint file is incomplete, is none, or is of a newer version.',
  REG_CHECKPOINT_MISMATCH:
    'A snapshot does not fit the module, the optimizers or the options.',
  REG_CHECKPOINT_MISSING: 'No checkpoint of that label or path was found.',
  REG_CHECKPOINT_WRITE: 'A checkpoint could not be written.',
  REG_CONFIG_INVALID: 'The config file was read, but what it says cannot be used.',
  REG_CONFIG_MISSING: 'No config file was found.',
  REG_CONFIG_UNREADABLE: 'The config file exists, but could not be loaded.',
  REG_DATA_CELL:
    'A cell of a data file is missing, of another type, or of a category that is not known.',
  REG_DATA_COLUMN: 'A column of a data file is not there or cannot be used as asked.',
  REG_DATA_EMPTY: 'A data source gave no batch at all.',
  REG_DATA_FAILED: 'A data source threw while a batch was fetched.',
  REG_DATA_FILE:
    'A data file is missing, cannot be read, is not whole, or changed while it was in use.',
  REG_DATA_FORMAT:
    'A data file has a row, quote, header or encoding that cannot be read.',
  REG_DATA_INVALID: 'Something that is not a data source was passed as one.',
  REG_DISPOSED: 'The trainer was disposed of and cannot run again.',
  REG_ENGINE_FAILED: 'A compute engine was asked for and could not be loaded.',
  REG_EXPORT_LAYER: 'A layer of a model has no counterpart in the format of an export.',
  REG_EXPORT_WRITE: 'The files of an export could not be written, or are there already.',
  REG_GRADIENT_MISSING:
    'A gradient that training needs is missing, or wrong on the backend in use.',
  REG_GRADIENT_NONE: 'The loss depends on none of the variables that are to be trained.',
  REG_HOOK_ASYNC:
    'An asynchronous function was passed to `tap`, which does not wait for it.',
  REG_HOOK_FAILED: 'A plugin threw an error in one of its hooks.',
  REG_HOOK_NAME: 'A plugin tapped a hook under a name that is not its own.',
  REG_HOOK_VALUE: 'A tap of a waterfall returned something that the run cannot use.',
  REG_INTERRUPTED: 'A validation, test or prediction was interrupted by its signal.',
  REG_KERNEL_MISSING: 'The backend lacks a kernel that this model needs.',
  REG_LOG_INVALID: 'A value, name or option that was logged cannot be used.',
  REG_LOG_PLACE: 'A value was logged where no metrics are collected.',
  REG_LOSS_NOT_FINITE: 'The loss became NaN or infinite.',
  REG_METRIC_INPUT: 'A metric received values that it cannot use, or none.',
  REG_METRIC_MISSING: 'A metric was asked for that nobody reported.',
  REG_METRIC_RELEASED: 'A metric was read after the hook that offered it had ended.',
  REG_MODULE_FAILED: 'A function of the training module threw an error.',
  REG_MODULE_INVALID: 'The training module lacks a part or has one of the wrong kind.',
  REG_NOT_RUNNING: 'The call makes sense only during or after a run.',
  REG_OPTIMIZER_INVALID: 'An optimizer is missing, unknown or has nothing to optimize.',
  REG_OPTION_INVALID: 'An option has a value that cannot be used.',
  REG_OPTION_UNKNOWN: 'An option or key is not known.',
  REG_PLUGIN_API:
    'A plugin was written for another version of the plugin contract, or made by another copy of core.',
  REG_PLUGIN_CONFLICT: 'Two plugins that exclude each other are used together.',
  REG_PLUGIN_DUPLICATE: 'Two plugins have the same id.',
  REG_PLUGIN_INVALID: 'Something that is not a plugin was used as one.',
  REG_PLUGIN_NOT_FOUND: 'A plugin that the config names could not be found or loaded.',
  REG_PLUGIN_ORDER:
    'The order that plugins ask for names an unknown plugin or is a circle.',
  REG_PLUGIN_REQUIRED: 'A plugin needs another one that is not used.',
  REG_SERVICE_MISSING:
    'Something was asked for that only a plugin can do, and no plugin does.',
  REG_STATE_INVALID: 'The state of a plugin or an optimizer cannot be saved.',
  REG_STEP_OUTPUT: 'A step returned something that cannot be used.',
} satisfies Record<`REG_${string}`, string>

/** One of the codes that a `RegimenError` may carry. */
export type ErrorCode = keyof typeof sentences

/** Every error code of the core with the sentence that explains it; `docs/errors.md` is tested against this table. */
export const errorCodes: Readonly<Record<ErrorCode, string>> =
  /* @__PURE__ */ Object.freeze(sentences)
