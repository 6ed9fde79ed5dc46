"""People and what is kept of them: all their data to read and take away, and forgetting who somebody was."""

# What stands where something told who a person was.
ANONYMOUS = "Đã ẩn danh"
