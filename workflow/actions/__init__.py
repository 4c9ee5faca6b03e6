"""Everything that changes the workflow. Nothing else writes its tables.

Inside, always: transaction, lock the row, authorise on the locked row, transition,
save, effects, audit, enqueue on commit.
"""
