"""融資申込: what a company applied for with the institution (割引, 譲渡担保), its terms, its money."""
