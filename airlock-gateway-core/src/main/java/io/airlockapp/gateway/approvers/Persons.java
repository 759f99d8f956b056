/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.text.Normalizer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Holds which pairings belong to the same person. Pairings that share a principal do,
 * directly or by other pairings. A pairing without principals is a person of its own.
 * Names of principals are compared without regard to case and width, since excluding one
 * person too many is safe.
 */
public final class Persons {

	private static final Persons UNKNOWN = new Persons(Map.of());

	private final Map<String, Set<String>> principals = new TreeMap<>();

	/**
	 * Create an instance.
	 * @param principals the principals by the name of the pairing that they own
	 */
	public Persons(Map<String, ? extends Collection<String>> principals) {
		principals.forEach((pairing, names) -> this.principals.put(pairing,
				names.stream().map(Persons::folded).collect(Collectors.toCollection(LinkedHashSet::new))));
	}

	/**
	 * Return an instance for pairings without principals.
	 * @return the instance
	 */
	public static Persons unknown() {
		return UNKNOWN;
	}

	/**
	 * Return the person who owns a pairing.
	 * @param pairing the name of the pairing
	 * @return the pairings of that person, including the given one
	 */
	public Set<String> ownerOf(String pairing) {
		Set<String> owned = new LinkedHashSet<>(List.of(pairing));
		Set<String> names = new LinkedHashSet<>(principalsOf(pairing));
		boolean grown = true;
		while (grown) {
			grown = false;
			for (Map.Entry<String, Set<String>> other : this.principals.entrySet()) {
				if (other.getValue().stream().anyMatch(names::contains) && owned.add(other.getKey())) {
					names.addAll(other.getValue());
					grown = true;
				}
			}
		}
		return owned.stream().collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return the number of persons who own the given pairings.
	 * @param pairings the names of the pairings
	 * @return the number of persons
	 */
	public int count(Collection<String> pairings) {
		return (int) pairings.stream().map(this::ownerOf).distinct().count();
	}

	/**
	 * Return whether a pairing belongs to a principal.
	 * @param pairing the name of the pairing
	 * @param principal the name of the principal
	 * @return {@code true} if the person who owns the pairing has this name
	 */
	public boolean isOwnedBy(String pairing, String principal) {
		String name = folded(principal);
		return ownerOf(pairing).stream().anyMatch((owned) -> principalsOf(owned).contains(name));
	}

	/**
	 * Return the pairings of a person.
	 * @param names the names of the person, of which one is sufficient
	 * @return the names of the pairings
	 */
	public Set<String> ownedBy(Collection<String> names) {
		return this.principals.keySet()
			.stream()
			.filter((pairing) -> names.stream().anyMatch((name) -> isOwnedBy(pairing, name)))
			.collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Return whether the owner of a pairing is known.
	 * @param pairing the name of the pairing
	 * @return {@code true} if the pairing has principals
	 */
	public boolean isOwned(String pairing) {
		return !principalsOf(pairing).isEmpty();
	}

	private Set<String> principalsOf(String pairing) {
		return this.principals.getOrDefault(pairing, Set.of());
	}

	/**
	 * Fold a name twice: upper case first, since there are letters with equal upper case
	 * whose lower case differs.
	 */
	private static String folded(String principal) {
		String name = Normalizer.normalize(principal, Normalizer.Form.NFKC).strip();
		return Normalizer.normalize(name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
	}

}
