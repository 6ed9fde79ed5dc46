"""The register (sổ cấp): issuers, books, numbers without gaps, certificates whose facts are frozen."""
