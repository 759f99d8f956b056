/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.support.VisibleText;

/**
 * Holds which pairings belong to the same person. Pairings that share a principal do,
 * directly or by other pairings. A pairing without principals is a person of its own.
 * Names of principals are compared without regard to case, width and invisible
 * characters, since excluding one person too many is safe.
 */
public final class Persons {

	/**
	 * Separates the client registration or issuer from the name of a requester. No name
	 * contains it, since no person can enter it.
	 */
	public static final char QUALIFIER_SEPARATOR = '\u001f';

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

	/**
	 * Return whether a text is the name of a person.
	 * @param name the text
	 * @return {@code false} if it is blank or invisible
	 */
	static boolean isName(String name) {
		return !folded(name).isEmpty();
	}

	private Set<String> principalsOf(String pairing) {
		return this.principals.getOrDefault(pairing, Set.of());
	}

	/**
	 * Return the persons if those who share a key are the same one.
	 * @param keys the keys of pairings, by the name of the pairing
	 */
	Persons sharing(Map<String, ? extends Collection<String>> keys) {
		Map<String, Set<String>> common = new HashMap<>();
		Stream.of(this.principals, keys)
			.forEach((names) -> names.forEach(
					(pairing, own) -> common.computeIfAbsent(pairing, (owned) -> new LinkedHashSet<>()).addAll(own)));
		return new Persons(common);
	}

	/**
	 * Fold the case of a name. The upper case is in between, since letters such as long s
	 * and sharp s are equal only there, and the lower case is before, since capital sharp
	 * s has no other upper case. The letters i with and without a dot, and names with and
	 * without invisible characters other than the separator, are the same.
	 * @param principal the name
	 * @return the text that all names of the same person have in common
	 */
	public static String folded(String principal) {
		StringBuilder name = new StringBuilder();
		Normalizer.normalize(principal, Normalizer.Form.NFKC)
			.codePoints()
			.filter((c) -> c == QUALIFIER_SEPARATOR || !VisibleText.isHidden(c))
			.forEach(name::appendCodePoint);
		String lower = name.toString().toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
		return Normalizer.normalize(lower, Normalizer.Form.NFKC).replace("i\u0307", "i").strip();
	}

}
