/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Persons}.
 */
class PersonsTests {

	@ParameterizedTest
	@CsvSource({ "alice,ALICE", "alice,' Alice\u00a0'", "strasse,stra\u00dfe", "STRASSE,stra\u00dfe",
			"STRA\u1e9eE,strasse", "stra\u00dfe,STRA\u1e9eE", "ismail,\u0130smail", "ISMAIL,\u0131smail",
			"\u0130SMAIL,ismail", "kelvin,\u212aelvin", "\u212aELVIN,Kelvin", "\uff41lice,Alice", "\u017fam,SAM",
			"\ufb01nn,FINN", "zo\u00eb,ZOE\u0308", "\u039f\u0394\u039f\u03a3,\u03bf\u03b4\u03bf\u03c3",
			"\u03bf\u03b4\u03bf\u03c2,\u03bf\u03b4\u03bf\u03c3", "al\u00adice,alice", "alice,\ufeffalice",
			"al\u200bice,alice", "al\ufe0fice,alice", "alice,al\u034fice", "al\u3164ice,alice", "al\u180bice,alice",
			"al\udb40\udd00ice,alice", "al\u2800ice,alice", "al\u007fice,alice", "zo\u00eb,zoe\u034f\u0308" })
	void namesThatDifferInCaseOrWidthAreTheSame(String one, String other) {
		assertThat(same(one, other)).isTrue();
		assertThat(same(other, one)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "alice,bob", "alice,alicia", "zoe,zo\u00eb", "a b,ab", "alice@a.example,alice@b.example",
			"alice,\u0430lice", "github\u001foctocat,githuboctocat", "google\u001fann,goo\u001fgleann" })
	void otherNamesAreOtherPersons(String one, String other) {
		assertThat(same(one, other)).isFalse();
		assertThat(same(other, one)).isFalse();
	}

	@Test
	void letterOfAnyCaseIsTheSame() {
		Locale turkish = Locale.forLanguageTag("tr");
		assertThat(IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
			.filter(Character::isLetter)
			.mapToObj(Character::toString)
			.filter((letter) -> !Stream
				.of(letter.toLowerCase(Locale.ROOT), letter.toUpperCase(Locale.ROOT), letter.toLowerCase(turkish),
						letter.toUpperCase(turkish), Character.toString(Character.toTitleCase(letter.codePointAt(0))),
						letter.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT),
						Normalizer.normalize(letter, Normalizer.Form.NFKD))
				.filter((variant) -> !variant.equals(letter))
				.distinct()
				.allMatch((variant) -> same("x" + letter + "x", "x" + variant + "x"))))
			.isEmpty();
	}

	private static boolean same(String one, String other) {
		return new Persons(Map.of("phone", List.of(one))).isOwnedBy("phone", other);
	}

	@Test
	void pairingsThatSharePrincipalsAreOnePerson() {
		Persons persons = new Persons(Map.of("phone", List.of("alice"), "tablet", List.of("ALICE", "alice@work"),
				"watch", List.of("Alice@Work"), "other", List.of("bob")));
		assertThat(persons.ownerOf("phone")).containsExactlyInAnyOrder("phone", "tablet", "watch");
		assertThat(persons.isOwnedBy("phone", "alice@work")).isTrue();
		assertThat(persons.isOwnedBy("other", "alice@work")).isFalse();
		assertThat(persons.count(List.of("phone", "watch", "other"))).isEqualTo(2);
	}

	@Test
	void pairingWithoutPrincipalsIsAPersonOfItsOwn() {
		Persons persons = new Persons(Map.of("a", List.of(), "b", List.of()));
		assertThat(persons.count(List.of("a", "b", "c"))).isEqualTo(3);
		assertThat(persons.isOwned("a")).isFalse();
		assertThat(persons.isOwned("c")).isFalse();
		assertThat(persons.isOwnedBy("a", "")).isFalse();
		assertThat(Persons.unknown().ownerOf("a")).containsExactly("a");
	}

	@Property(tries = 500)
	void personsAreTheClassesOfAnEquivalence(@ForAll("principals") Map<String, Set<String>> principals) {
		Persons persons = new Persons(principals);
		List<Set<String>> expected = components(principals);
		assertThat(expected).allSatisfy((person) -> assertThat(person)
			.allSatisfy((pairing) -> assertThat(persons.ownerOf(pairing)).isEqualTo(person)));
		assertThat(persons.count(principals.keySet())).isEqualTo(expected.size());
	}

	/**
	 * Merge persons with a common principal until there are none.
	 */
	private static List<Set<String>> components(Map<String, Set<String>> principals) {
		List<Set<String>> persons = new ArrayList<>();
		principals.forEach((pairing, names) -> {
			Set<String> merged = new TreeSet<>(Set.of(pairing));
			persons.removeIf((person) -> {
				boolean common = person.stream()
					.anyMatch((other) -> principals.get(other).stream().anyMatch(names::contains));
				return common && merged.addAll(person);
			});
			persons.add(merged);
		});
		return persons;
	}

	@Property(tries = 500)
	void personsWhoShareAKeyAreTheSame(@ForAll("principals") Map<String, Set<String>> principals,
			@ForAll("principals") Map<String, Set<String>> keys) {
		Map<String, Set<String>> common = new TreeMap<>();
		principals.forEach((pairing, names) -> common.put(pairing, new TreeSet<>(names)));
		keys.forEach((pairing, own) -> own
			.forEach((key) -> common.computeIfAbsent(pairing, (names) -> new TreeSet<>()).add("key " + key)));
		Map<String, List<String>> prefixed = new TreeMap<>();
		keys.forEach((pairing, own) -> prefixed.put(pairing, own.stream().map((key) -> "key " + key).toList()));
		assertThat(new Persons(principals).sharing(prefixed).count(common.keySet()))
			.isEqualTo(components(common).size());
	}

	@Provide
	Arbitrary<Map<String, Set<String>>> principals() {
		return Arbitraries.of("a", "b", "c", "d", "e").set().ofMaxSize(3).list().ofMaxSize(6).map((names) -> {
			Map<String, Set<String>> principals = new TreeMap<>();
			names.forEach((own) -> principals.put("pairing-" + principals.size(), own));
			return principals;
		});
	}

}
