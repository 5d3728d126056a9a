/**
 * comet-java-sdk SdkErrorCodes.java and the exceptions of comet_ml, as far as a logger meets them.
 */
export const SDK_ERROR = {
  apiKeyNotRegistered: 90212,
  nonExistingRun: 90211,
  nonExistingTeam: 90219,
  noProjectName: 98219,
  noExperimentKey: 90998,
  experimentExists: 90999,
  projectNameTooLong: 1341241,
  obsoleteSdk: 7000008,
} as const

/**
 * An answer that says no: `{ msg, code, sdk_error_code }` (comet-java-sdk CometWebException.java).
 */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly sdkErrorCode: number,
    message: string,
  ) {
    super(message)
  }

  get body() {
    return { msg: this.message, code: this.status, sdk_error_code: this.sdkErrorCode }
  }
}

/** Ends the request with an error. */
export function refuse(status: number, sdkErrorCode: number, message: string): never {
  throw new Refusal(status, sdkErrorCode, message)
}
