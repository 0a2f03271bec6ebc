# SPDX-License-Identifier: MIT
"""The operations that are compared, one module a chapter; each yields its rows."""
