/// The JSON Schemas (draft 2020-12) of what other services push and of what they are answered: `docs/job.schema.json`,
/// `docs/signed.schema.json` and `docs/answer.schema.json`.
///
/// Their numbers are those of the checks. What a schema cannot say is listed in docs/push.md.
package enum JobSchema {
    private static let number = "[0-9]+(\\\\.[0-9]+)?"
    private static let variable = "[A-Za-z_][A-Za-z0-9_]{0,\(JobLimits.variableBytes.upperBound - 1)}"
    private static let file = #"(?!\\.{1,2}(/|$))[A-Za-z0-9_.-]{1,\#(JobLimits.nameBytes.upperBound)}"#
    private static let noNUL = #""^[^\\u0000]*$""#

    private static func duration(_ range: ClosedRange<Duration>) -> String {
        let bounds = [range.lowerBound, range.upperBound].map(DurationText.seconds)
        return #"""
            { "anyOf": [
                    { "type": "number", "minimum": \#(bounds[0]), "maximum": \#(bounds[1]) },
                    { "$ref": "#/$defs/durationText" }
                  ] }
            """#
    }

    private static func whole(_ range: ClosedRange<Int>) -> String {
        #"{ "type": "integer", "minimum": \#(range.lowerBound), "maximum": \#(range.upperBound) }"#
    }

    /// A document of version 1: what `queuectl enqueue` takes, and what is pushed to `R:incoming`.
    package static let document = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "urn:queuectl:job:1",
          "title": "A job for queuectl, version 1",
          "type": "object",
          "additionalProperties": false,
          "oneOf": [
            { "required": ["command"] },
            { "required": ["argv"] },
            { "required": ["task"] }
          ],
          "dependentRequired": { "args": ["task"] },
          "allOf": [
            { "not": { "required": ["delay", "run_at"] } },
            { "not": { "required": ["expires", "run_at"], "properties": { "expires": { "$ref": "#/$defs/expiresAfter" } } } }
          ],
          "properties": {
            "v": { "const": 1 },
            "id": { "$ref": "#/$defs/name" },
            "queue": { "$ref": "#/$defs/name", "maxLength": 64 },
            "command": {
              "type": "string", "maxLength": \#(JobLimits.argumentBytes),
              "allOf": [{ "pattern": "\\S" }, { "pattern": \#(noNUL) }]
            },
            "argv": {
              "type": "array", "minItems": 1,
              "prefixItems": [{ "minLength": 1 }],
              "allOf": [{
                "items": { "type": "string", "maxLength": \#(JobLimits.argumentBytes), "pattern": \#(noNUL) }
              }]
            },
            "task": { "$ref": "#/$defs/name" },
            "args": {
              "type": "object", "maxProperties": \#(JobLimits.args),
              "propertyNames": { "minLength": \#(JobLimits.argNameBytes.lowerBound), "maxLength": \#(JobLimits.argNameBytes.upperBound) },
              "additionalProperties": { "anyOf": [
                  { "type": ["string", "number", "boolean"] },
                  { "type": "array", "maxItems": \#(JobLimits.argElements), "items": { "type": ["string", "number", "boolean"] } }
              ] }
            },
            "priority": \#(whole(JobLimits.priority)),
            "max_retries": \#(whole(JobLimits.maxRetries)),
            "backoff_base": { "type": "number", "minimum": \#(NumberText.format(JobLimits.backoffBase.lowerBound)), "maximum": \#(NumberText.format(JobLimits.backoffBase.upperBound)) },
            "backoff_cap": \#(duration(JobLimits.backoffCap)),
            "timeout": \#(duration(JobLimits.timeout)),
            "grace": \#(duration(JobLimits.grace)),
            "delay": \#(duration(JobLimits.delay)),
            "run_at": { "$ref": "#/$defs/time" },
            "expires": { "anyOf": [{ "$ref": "#/$defs/expiresAfter" }, { "$ref": "#/$defs/time" }] },
            "success_codes": { "$ref": "#/$defs/codes", "minItems": 1 },
            "fatal_codes": { "$ref": "#/$defs/codes" },
            "snooze_codes": {
              "type": "object",
              "propertyNames": { "pattern": "^(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])$" },
              "additionalProperties": \#(duration(JobLimits.snooze))
            },
            "retry_on_other_host": { "type": "boolean" },
            "memory": {
              "anyOf": [
                \#(whole(JobLimits.memory)),
                { "type": "string", "pattern": "^\#(number)([KMGTkmgt][Ii][Bb]|[Bb])?$" }
              ]
            },
            "cpu_seconds": \#(whole(JobLimits.cpuSeconds)),
            "nice": \#(whole(JobLimits.nice)),
            "open_files": \#(whole(JobLimits.openFiles)),
            "env": {
              "type": "object",
              "propertyNames": { "pattern": "^(?!QUEUECTL_)[A-Za-z_][A-Za-z0-9_]*$" },
              "additionalProperties": { "type": "string", "pattern": \#(noNUL) }
            },
            "env_from": {
              "type": "object", "maxProperties": \#(JobLimits.envFrom),
              "propertyNames": { "pattern": "^(?!QUEUECTL_)\#(variable)$" },
              "additionalProperties": { "type": "string", "pattern": "^(file:(?=.{1,\#(JobLimits.secretPathBytes)}$)\#(file)(/\#(file))*|variable:\#(variable))$" }
            },
            "cwd": { "type": "string", "maxLength": \#(JobLimits.pathBytes), "pattern": "^/[^\\u0000]*$" },
            "stdin": { "type": "string" },
            "tags": {
              "type": "array", "maxItems": \#(JobLimits.tags),
              "items": {
                "type": "string", "minLength": 1, "maxLength": \#(JobLimits.tagBytes),
                "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
              }
            },
            "meta": { "type": "object" },
            "reply_to": { "$ref": "#/$defs/name" }
          },
          "$defs": {
            "name": { "type": "string", "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,128}$" },
            "codes": { "type": "array", "items": \#(whole(JobLimits.exitCode)) },
            "durationText": {
              "type": "string",
              "pattern": "^(?=.)(\#(number)d)?(\#(number)h)?(\#(number)m)?(\#(number)s)?(\#(number)ms)?$"
            },
            "expiresAfter": \#(duration(JobLimits.expires)),
            "time": {
              "anyOf": [
                { "type": "integer", "minimum": \#(JobLimits.runAt.lowerBound.milliseconds), "maximum": \#(JobLimits.runAt.upperBound.milliseconds) },
                {
                  "type": "string",
                  "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
                }
              ]
            }
          }
        }

        """#

    /// A signed job: what is pushed instead of a document.
    package static let signed = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "urn:queuectl:signed-job:1",
          "title": "A signed job for queuectl, version 1",
          "type": "object",
          "additionalProperties": false,
          "required": ["id", "signed", "key_id", "valid_until", "signature"],
          "properties": {
            "v": { "const": 1 },
            "id": { "$ref": "#/$defs/name" },
            "queue": { "$ref": "#/$defs/name", "maxLength": 64 },
            "signed": { "type": "string", "contentMediaType": "application/json" },
            "key_id": { "$ref": "#/$defs/name", "maxLength": \#(SigningKey.idBytes.upperBound) },
            "valid_until": { "type": "integer", "minimum": \#(JobLimits.runAt.lowerBound.milliseconds), "maximum": \#(JobLimits.runAt.upperBound.milliseconds) },
            "signature": { "type": "string", "pattern": "^[0-9a-f]{64}$" }
          },
          "$defs": {
            "name": { "type": "string", "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,128}$" }
          }
        }

        """#

    /// What is pushed to `R:reply:<name>`.
    package static let answer = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "urn:queuectl:answer:1",
          "title": "What came of a job, version 1",
          "description": "Members may be added: ignore those that you do not know.",
          "type": "object",
          "required": ["v", "queue", "state", "finished_at"],
          "properties": {
            "v": { "const": 1 },
            "id": { "type": "string" },
            "queue": { "type": "string" },
            "state": { "enum": ["completed", "dead", "cancelled", "deleted", "rejected"] },
            "reason": { "type": "string" },
            "exit_code": { "type": "integer" },
            "signal": { "type": "integer" },
            "error": { "type": "string" },
            "result": true,
            "attempts": { "type": "integer", "minimum": 0 },
            "finished_at": { "type": "integer", "minimum": 0 },
            "rejected_id": { "type": "string", "pattern": "^[0-9]+-[0-9]+$" }
          },
          "if": { "properties": { "state": { "const": "rejected" } } },
          "then": { "required": ["error"] },
          "else": { "required": ["id", "attempts"] }
        }

        """#
}
