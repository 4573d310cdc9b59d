"""NIST PKITS as a table: its 224 tests by section, what each demands, and where we stand apart.

The certificates are those of the package cryptography_vectors. Test 4.s.n has the end-entity file
<name>Test<n>EE.crt, in the order of section 4.s of the PKITS document; a name that begins with
"Invalid" must be refused, all others must be accepted, but for MUST_FAIL_BY_POLICY.
"""

from pathlib import Path

import cryptography_vectors

DATA = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"

SECTIONS: dict[str, str] = {
    # Signature verification
    "4.1": "ValidCertificatePath InvalidCASignature InvalidEESignature ValidDSASignatures"
    " ValidDSAParameterInheritance InvalidDSASignature",
    # Validity periods
    "4.2": "InvalidCAnotBeforeDate InvalidEEnotBeforeDate Validpre2000UTCnotBeforeDate"
    " ValidGeneralizedTimenotBeforeDate InvalidCAnotAfterDate InvalidEEnotAfterDate"
    " Invalidpre2000UTCEEnotAfterDate ValidGeneralizedTimenotAfterDate",
    # Verifying name chaining
    "4.3": "InvalidNameChaining InvalidNameChainingOrder ValidNameChainingWhitespace"
    " ValidNameChainingWhitespace ValidNameChainingCapitalization ValidNameUIDs"
    " ValidRFC3280MandatoryAttributeTypes ValidRFC3280OptionalAttributeTypes ValidUTF8StringEncodedNames"
    " ValidRolloverfromPrintableStringtoUTF8String ValidUTF8StringCaseInsensitiveMatch",
    # Basic certificate revocation tests
    "4.4": "InvalidMissingCRL InvalidRevokedCA InvalidRevokedEE InvalidBadCRLSignature"
    " InvalidBadCRLIssuerName InvalidWrongCRL ValidTwoCRLs InvalidUnknownCRLEntryExtension"
    " InvalidUnknownCRLExtension InvalidUnknownCRLExtension InvalidOldCRLnextUpdate"
    " Invalidpre2000CRLnextUpdate ValidGeneralizedTimeCRLnextUpdate ValidNegativeSerialNumber"
    " InvalidNegativeSerialNumber ValidLongSerialNumber ValidLongSerialNumber InvalidLongSerialNumber"
    " ValidSeparateCertificateandCRLKeys InvalidSeparateCertificateandCRLKeys"
    " InvalidSeparateCertificateandCRLKeys",
    # Verifying paths with self-issued certificates
    "4.5": "ValidBasicSelfIssuedOldWithNew InvalidBasicSelfIssuedOldWithNew ValidBasicSelfIssuedNewWithOld"
    " ValidBasicSelfIssuedNewWithOld InvalidBasicSelfIssuedNewWithOld ValidBasicSelfIssuedCRLSigningKey"
    " InvalidBasicSelfIssuedCRLSigningKey InvalidBasicSelfIssuedCRLSigningKey",
    # Verifying basic constraints
    "4.6": "InvalidMissingbasicConstraints InvalidcAFalse InvalidcAFalse ValidbasicConstraintsNotCritical"
    " InvalidpathLenConstraint InvalidpathLenConstraint ValidpathLenConstraint ValidpathLenConstraint"
    " InvalidpathLenConstraint InvalidpathLenConstraint InvalidpathLenConstraint InvalidpathLenConstraint"
    " ValidpathLenConstraint ValidpathLenConstraint ValidSelfIssuedpathLenConstraint"
    " InvalidSelfIssuedpathLenConstraint ValidSelfIssuedpathLenConstraint",
    # Key usage
    "4.7": "InvalidkeyUsageCriticalkeyCertSignFalse InvalidkeyUsageNotCriticalkeyCertSignFalse"
    " ValidkeyUsageNotCritical InvalidkeyUsageCriticalcRLSignFalse InvalidkeyUsageNotCriticalcRLSignFalse",
    # Certificate policies; the first test has the end entity of 4.1.1
    "4.8": "ValidCertificatePath AllCertificatesNoPolicies DifferentPolicies DifferentPolicies"
    " DifferentPolicies OverlappingPolicies DifferentPolicies DifferentPolicies DifferentPolicies"
    " AllCertificatesSamePolicies AllCertificatesanyPolicy DifferentPolicies AllCertificatesSamePolicies"
    " AnyPolicy UserNoticeQualifier UserNoticeQualifier UserNoticeQualifier UserNoticeQualifier"
    " UserNoticeQualifier CPSPointerQualifier",
    # Require explicit policy
    "4.9": "ValidrequireExplicitPolicy ValidrequireExplicitPolicy InvalidrequireExplicitPolicy"
    " ValidrequireExplicitPolicy InvalidrequireExplicitPolicy ValidSelfIssuedrequireExplicitPolicy"
    " InvalidSelfIssuedrequireExplicitPolicy InvalidSelfIssuedrequireExplicitPolicy",
    # Policy mappings
    "4.10": "ValidPolicyMapping InvalidPolicyMapping ValidPolicyMapping InvalidPolicyMapping"
    " ValidPolicyMapping ValidPolicyMapping InvalidMappingFromanyPolicy InvalidMappingToanyPolicy"
    " ValidPolicyMapping InvalidPolicyMapping ValidPolicyMapping ValidPolicyMapping ValidPolicyMapping"
    " ValidPolicyMapping",
    # Inhibit policy mapping
    "4.11": "InvalidinhibitPolicyMapping ValidinhibitPolicyMapping InvalidinhibitPolicyMapping"
    " ValidinhibitPolicyMapping InvalidinhibitPolicyMapping InvalidinhibitPolicyMapping"
    " ValidSelfIssuedinhibitPolicyMapping InvalidSelfIssuedinhibitPolicyMapping"
    " InvalidSelfIssuedinhibitPolicyMapping InvalidSelfIssuedinhibitPolicyMapping"
    " InvalidSelfIssuedinhibitPolicyMapping",
    # Inhibit any policy
    "4.12": "InvalidinhibitAnyPolicy ValidinhibitAnyPolicy inhibitAnyPolicy InvalidinhibitAnyPolicy"
    " InvalidinhibitAnyPolicy InvalidinhibitAnyPolicy ValidSelfIssuedinhibitAnyPolicy"
    " InvalidSelfIssuedinhibitAnyPolicy ValidSelfIssuedinhibitAnyPolicy InvalidSelfIssuedinhibitAnyPolicy",
    # Name constraints
    "4.13": "ValidDNnameConstraints InvalidDNnameConstraints InvalidDNnameConstraints ValidDNnameConstraints"
    " ValidDNnameConstraints ValidDNnameConstraints InvalidDNnameConstraints InvalidDNnameConstraints"
    " InvalidDNnameConstraints InvalidDNnameConstraints ValidDNnameConstraints InvalidDNnameConstraints"
    " InvalidDNnameConstraints ValidDNnameConstraints InvalidDNnameConstraints InvalidDNnameConstraints"
    " InvalidDNnameConstraints ValidDNnameConstraints ValidDNnameConstraints InvalidDNnameConstraints"
    " ValidRFC822nameConstraints InvalidRFC822nameConstraints ValidRFC822nameConstraints"
    " InvalidRFC822nameConstraints ValidRFC822nameConstraints InvalidRFC822nameConstraints"
    " ValidDNandRFC822nameConstraints InvalidDNandRFC822nameConstraints InvalidDNandRFC822nameConstraints"
    " ValidDNSnameConstraints InvalidDNSnameConstraints ValidDNSnameConstraints InvalidDNSnameConstraints"
    " ValidURInameConstraints InvalidURInameConstraints ValidURInameConstraints InvalidURInameConstraints"
    " InvalidDNSnameConstraints",
    # Distribution points
    "4.14": "ValiddistributionPoint InvaliddistributionPoint InvaliddistributionPoint ValiddistributionPoint"
    " ValiddistributionPoint InvaliddistributionPoint ValiddistributionPoint InvaliddistributionPoint"
    " InvaliddistributionPoint ValidNoissuingDistributionPoint InvalidonlyContainsUserCerts"
    " InvalidonlyContainsCACerts ValidonlyContainsCACerts InvalidonlyContainsAttributeCerts"
    " InvalidonlySomeReasons InvalidonlySomeReasons InvalidonlySomeReasons ValidonlySomeReasons"
    " ValidonlySomeReasons InvalidonlySomeReasons InvalidonlySomeReasons ValidIDPwithindirectCRL"
    " InvalidIDPwithindirectCRL ValidIDPwithindirectCRL ValidIDPwithindirectCRL InvalidIDPwithindirectCRL"
    " InvalidcRLIssuer ValidcRLIssuer ValidcRLIssuer ValidcRLIssuer InvalidcRLIssuer InvalidcRLIssuer"
    " ValidcRLIssuer InvalidcRLIssuer InvalidcRLIssuer",
    # Delta-CRLs
    "4.15": "InvaliddeltaCRLIndicatorNoBase ValiddeltaCRL InvaliddeltaCRL InvaliddeltaCRL ValiddeltaCRL"
    " InvaliddeltaCRL ValiddeltaCRL ValiddeltaCRL InvaliddeltaCRL InvaliddeltaCRL",
    # Private certificate extensions
    "4.16": "ValidUnknownNotCriticalCertificateExtension InvalidUnknownCriticalCertificateExtension",
}

# Their names do not say it: no policy is valid along the path, and a CA demands one.
MUST_FAIL_BY_POLICY = {"4.8.4", "4.8.5", "4.8.7", "4.8.8", "4.8.9", "4.8.12"}


def tests() -> dict[str, tuple[str, bool]]:
    """Every test's number, its end-entity file's stem, and whether it must be accepted."""
    table = {}
    for section, names in SECTIONS.items():
        for index, name in enumerate(names.split(), start=1):
            number = f"{section}.{index}"
            must_pass = not name.startswith("Invalid") and number not in MUST_FAIL_BY_POLICY
            table[number] = (f"{name}Test{index}EE", must_pass)
    return table


def _each(section: str, *indices: int) -> set[str]:
    return {f"{section}.{index}" for index in indices}


# Chains that must be accepted and are not: what the verifier refuses on purpose, by reason.
NOT_ACCEPTED: dict[str, set[str]] = {
    "DSA is not among the algorithms that the library takes": {"4.1.4"},
    "a key without its parameters (inherited DSA parameters) cannot be read by the library": {"4.1.5"},
    "GeneralizedTime before 2050, which RFC 5280 4.1.2.5 forbids": {"4.2.4"},
    "names are compared octet by octet, not by the matching rules of RFC 5280 7.1": _each(
        "4.3", 3, 4, 5, 10, 11
    ),
    "pathLen counts self-issued certificates too, as most verifiers do": _each("4.6", 15, 17),
    "valid policies are not computed: a path that depends on policyConstraints, policyMappings or"
    " inhibitAnyPolicy is refused": _each("4.8", 6, 10, 11, 13, 14, 18)
    | _each("4.9", 1, 2, 4, 6)
    | _each("4.10", 1, 3, 5, 6, 9, 11, 12, 13, 14)
    | _each("4.11", 2, 4, 7)
    | _each("4.12", 2, 3, 7, 9),
    "name constraints on directory names are not processed by the library": _each(
        "4.13", 1, 4, 5, 6, 11, 14, 18, 19, 27
    ),
    "name constraints on URIs are not processed by the library": _each("4.13", 34, 36),
}

# Chains that must be refused, whose certificates are all right: the fault is in the revocation status.
# The login has that from the database; here PKITS' own lists stand in for it (see the test).
STATUS: set[str] = (
    _each("4.4", 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 18, 20, 21)
    | _each("4.5", 2, 5, 7)
    | _each("4.7", 4, 5)
    | _each("4.14", 2, 6, 15, 16, 20, 21, 23, 26, 27, 31, 32, 34)
    | _each("4.15", 3, 4, 6, 9)
)

# Not run: each needs the finer rules of CRL processing, and this service reads no CRLs at all.
EXCLUDED: dict[str, str] = {
    "4.14.3": "the list is for another distribution point",
    "4.14.8": "the list is for another distribution point",
    "4.14.9": "the list is for another distribution point",
    "4.14.11": "the list covers end entities only, the certificate is a CA's",
    "4.14.12": "the list covers CAs only",
    "4.14.14": "the list covers attribute certificates only",
    "4.14.17": "the lists together do not cover all reasons",
    "4.14.35": "the list of the named CRL issuer is missing",
    "4.15.1": "a delta list without its base",
    "4.15.10": "the base list is out of date, the delta is not",
}

# Section 4.8 to 4.12 also repeat chains with other inputs (initial-explicit-policy,
# user-initial-policy-set, initial-policy-mapping-inhibit, initial-inhibit-any-policy): not run, since a
# login that demands no policy has none of these inputs. The table holds the default settings.
