// Checks of what a document says of its exit codes.
extension JobDocument {
    /// Checks each set, and that no code is in two of them. Where `success_codes` is absent, 0 means success.
    func checkExitCodes() throws(DocumentError) {
        if successCodes?.isEmpty == true {
            throw DocumentError(
                field: "success_codes",
                value: "[]",
                problem: "is empty: the job could never be done",
                accepted: DocumentField.successCodes.accepted
            )
        }
        try checkCodes(.successCodes, successCodes)
        try checkCodes(.fatalCodes, fatalCodes)
        try checkCodes(.snoozeCodes, snoozeCodes.map { Set($0.keys) })
        for (code, wait) in (snoozeCodes ?? [:]).sorted(by: { $0.key < $1.key })
        where !JobLimits.snooze.contains(wait) {
            throw DocumentError(
                field: "snooze_codes.\(code)",
                value: DurationText.format(wait),
                problem: "is out of range",
                accepted: DocumentField.snoozeCodes.accepted
            )
        }
        var codes = ExitCodes()
        codes.success = successCodes ?? codes.success
        codes.fatal = fatalCodes ?? []
        codes.snooze = snoozeCodes ?? [:]
        guard let conflict = codes.conflict else { return }
        let isDefault = conflict.first == .successCodes && successCodes == nil
        throw DocumentError(
            field: conflict.second.rawValue,
            value: String(conflict.code),
            problem: isDefault
                ? "means success unless success_codes says otherwise" : "is in \(conflict.first.rawValue) too",
            accepted: isDefault ? "give success_codes without it" : "give each code once"
        )
    }

    private func checkCodes(_ field: DocumentField, _ codes: Set<Int>?) throws(DocumentError) {
        guard let code = codes?.sorted().first(where: { !JobLimits.exitCode.contains($0) }) else { return }
        throw DocumentError(
            field: field.rawValue,
            value: String(code),
            problem: "is out of range",
            accepted: field.accepted
        )
    }
}
