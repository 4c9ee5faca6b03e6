"""Reading what other systems know, and making it drafts and proposals.

``fetching`` and ``reading`` get the records of a feed; ``oruk1`` and ``oruk3`` put them
in our names; ``settling`` gives them our ids and leaves out what cannot be used;
``harvesting`` leads the whole. Only ``workflow/actions/harvesting.py`` writes.
"""
