"""Values: identifiers with their check rules, people, cards, subsidies, money."""
