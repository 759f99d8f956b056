/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PlainAccessors}: a field is not shown if its accessor returns
 * something else.
 */
class PlainAccessorsTests {

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@ParameterizedTest
	@MethodSource("plain")
	void returnsFieldWhenAccessorReturnsValueCopyOrViewIsTrue(Method accessor) throws Exception {
		assertThat(returns(accessor)).isTrue();
	}

	static Stream<Method> plain() {
		return accessors(Plain.class);
	}

	@ParameterizedTest
	@MethodSource("computing")
	void returnsFieldWhenAccessorComputesIsFalse(Method accessor) throws Exception {
		assertThat(returns(accessor)).isFalse();
	}

	static Stream<Method> computing() {
		return accessors(Computing.class);
	}

	private static Stream<Method> accessors(Class<?> type) {
		return Arrays.stream(type.getDeclaredMethods()).filter((method) -> method.getName().startsWith("get"));
	}

	/**
	 * Return whether an accessor returns the field of its name, up to a digit.
	 */
	private static boolean returns(Method accessor) throws Exception {
		String name = accessor.getName().substring(3).replaceAll("[0-9]", "").toLowerCase();
		return PlainAccessors.returns(accessor, accessor.getDeclaringClass().getDeclaredField(name));
	}

	@Test
	void fieldIsHiddenIfOneOfItsAccessorsComputes() {
		assertThat(this.argument.command("object", new Abbreviating())).isEqualTo("Abbreviating{iban=•••}");
		assertThat(this.argument.command("object", new Rounding(5.99))).isEqualTo("Rounding{amount=•••}");
		assertThat(this.argument.command("object", new TwoAccessors())).isEqualTo("TwoAccessors{iban=•••}");
		assertThat(this.argument.command("object", new Open())).isEqualTo("Open{iban=•••}");
	}

	@Test
	void fieldIsHiddenIfASubclassOverridesItsAccessor() {
		assertThat(this.argument.command("object", new Base())).isEqualTo("Base{iban=DE1}");
		assertThat(this.argument.command("object", new Overriding())).isEqualTo("Overriding{iban=•••}");
	}

	@Test
	void accessorShowsOnlyReturnedFieldAmongFieldsOfSameName() {
		assertThat(this.argument.command("object", new Shadowing()))
			.isEqualTo("Shadowing{\"Shadowed.iban\"=DE1, \"Shadowing.iban\"=•••}");
	}

	@Test
	void copiesAndViewsAreShown() {
		assertThat(this.argument.command("object", new Plain())).isEqualTo("Plain{name=Ann, lines={a=[x]}, tags=[b], "
				+ "codes=[c], amounts=[1], date=1970-01-01T00:00:00Z, count=1, boxed=2}");
	}

	static class Methods {

		void object(Object value) {
		}

	}

	static class Plain {

		private final String name = name();

		private final Map<String, List<String>> lines = new LinkedHashMap<>(Map.of("a", List.of("x")));

		private List<String> tags = new ArrayList<>(List.of("b"));

		private final Set<String> codes = Set.of("c");

		private final int[] amounts = { 1 };

		private final Date date = new Date(0);

		private final int count = this.amounts.length;

		private final Integer boxed = Integer.valueOf(2);

		private static String name() {
			return "Ann";
		}

		public String getName() {
			return this.name;
		}

		public Optional<String> getName1() {
			return Optional.of(this.name);
		}

		public Map<String, List<String>> getLines() {
			return Collections.unmodifiableMap(this.lines);
		}

		public Map<String, List<String>> getLines1() {
			return new LinkedHashMap<>(this.lines);
		}

		public Set<String> getCodes() {
			return new LinkedHashSet<>(this.codes);
		}

		public Set<String> getCodes1() {
			return Set.copyOf(this.codes);
		}

		public List<String> getTags() {
			return List.copyOf(this.tags);
		}

		public Collection<String> getTags1() {
			return (this.tags != null) ? this.tags : Collections.emptyList();
		}

		public int[] getAmounts() {
			return this.amounts.clone();
		}

		public Date getDate() {
			return new Date(this.date.getTime());
		}

		public int getCount() {
			return this.count;
		}

		public Integer getCount1() {
			return this.count;
		}

		public int getBoxed() {
			return this.boxed;
		}

		public @Nullable Date getDate1() {
			return (this.date == null) ? null : new Date(this.date.getTime());
		}

		public @Nullable Date getDate2() {
			return (this.date != null) ? (Date) this.date.clone() : null;
		}

		public @Nullable Date getDate3() {
			if (this.date == null) {
				return null;
			}
			return new Date(this.date.getTime());
		}

		public @Nullable Date getDate4() {
			if (this.date != null) {
				return (Date) this.date.clone();
			}
			return null;
		}

		public int[] getAmounts1() {
			return Arrays.copyOf(this.amounts, this.amounts.length);
		}

		public int @Nullable [] getAmounts2() {
			return (this.amounts == null) ? null : this.amounts.clone();
		}

		public String getName2() {
			return Objects.requireNonNull(this.name);
		}

		public String getName3() {
			return Objects.requireNonNull(this.name, "No name");
		}

		public Optional<String> getName4() {
			return (this.name == null) ? Optional.empty() : Optional.of(this.name);
		}

		public List<String> getTags2() {
			if (this.tags == null) {
				this.tags = new ArrayList<>();
			}
			return this.tags;
		}

		public List<String> getTags3() {
			return (this.tags == null) ? List.of() : new ArrayList<>(this.tags);
		}

	}

	@SuppressWarnings("unused")
	static class Computing {

		private String iban = "DE1";

		private String other = "DE2";

		private long amount = 5;

		private boolean hidden;

		private int count = 1;

		private Date date = new Date(0);

		private Map<String, String> lines = Map.of("a", "b");

		private List<String> tags = List.of("a");

		private byte[] bytes = { 1 };

		private static String name = "a";

		private final String constant = "a";

		public String getIban() {
			return this.iban.substring(0, 2) + "**";
		}

		public String getIban1() {
			return this.hidden ? "" : this.iban;
		}

		public @Nullable String getIban2() {
			return this.hidden ? this.iban : null;
		}

		public String getIban3() {
			return this.other;
		}

		public String getIban4() {
			return "•••";
		}

		public String getIban5() {
			return mask(this.iban);
		}

		public String getIban6() {
			return Objects.requireNonNullElse(this.other, this.iban);
		}

		public String getIban7() {
			try {
				return this.iban;
			}
			catch (RuntimeException ex) {
				return "";
			}
		}

		public String getIban8() {
			return this.iban.toUpperCase();
		}

		public String getIban9() {
			this.amount++;
			return this.iban;
		}

		public long getAmount() {
			return this.amount / 10;
		}

		public long getAmount1() {
			return Math.abs(this.amount);
		}

		public int getAmount2() {
			return (int) this.amount;
		}

		public Collection<String> getLines() {
			return this.lines.keySet();
		}

		public Collection<String> getLines1() {
			return this.lines.values();
		}

		public int getLines2() {
			return this.lines.size();
		}

		public List<String> getTags() {
			return this.tags.subList(0, 1);
		}

		public Optional<String> getTags1() {
			return this.tags.stream().findFirst();
		}

		public List<String> getTags2() {
			return this.tags.stream().filter((tag) -> !tag.isEmpty()).toList();
		}

		public List<String> getTags3() {
			return List.of();
		}

		public String getBytes() {
			return new String(this.bytes);
		}

		public String getName() {
			return name;
		}

		private static String mask(String text) {
			return text.substring(0, 1);
		}

		public int getCount() {
			return Integer.reverse(this.count);
		}

		public int getCount1() {
			return Integer.signum(this.count);
		}

		public List<String> getCount2() {
			return new ArrayList<>(this.count);
		}

		public String getCount3() {
			return String.valueOf(this.count);
		}

		public @Nullable String getIban10() {
			return (this.iban != null) ? null : this.iban;
		}

		public String getIban11() {
			return (this.iban == null) ? this.iban : "•••";
		}

		public String getIban12() {
			return new StringJoiner(this.iban).toString();
		}

		public String getIban13() {
			return Objects.toString(this.iban, this.iban);
		}

		public String getIban14() {
			this.iban = new String();
			return this.iban;
		}

		public String getIban15() {
			return (this.other == null) ? this.iban : this.other;
		}

		public List<String> getTags4() {
			return Collections.nCopies(1, this.tags.get(0));
		}

		public List<String> getTags5() {
			return (this.tags != null) ? List.of() : this.tags;
		}

		public List<String> getTags6() {
			if (this.tags != null) {
				this.tags = new ArrayList<>();
			}
			return this.tags;
		}

		public List<String> getTags7() {
			Collections.shuffle(this.tags);
			return this.tags;
		}

		public byte[] getBytes1() {
			return Arrays.copyOf(this.bytes, 1);
		}

		public byte[] getBytes2() {
			return Arrays.copyOfRange(this.bytes, 0, this.bytes.length);
		}

		public byte[] getBytes3() {
			return Arrays.copyOf(this.bytes, this.tags.size());
		}

		public Date getDate() {
			return new Date(this.date.getTime() / 1000);
		}

		public Date getDate1() {
			return new Date();
		}

		public Iterator<String> getTags8() {
			return this.tags.iterator();
		}

		public Set<String> getTags10() {
			return new LinkedHashSet<>(this.tags);
		}

		public Collection<String> getTags11() {
			return Set.copyOf(this.tags);
		}

		public Optional<String> getTags9() {
			return Optional.of(this.tags).map((all) -> all.get(0));
		}

	}

	static class Abbreviating {

		private final String iban = "DE1".trim();

		public String getIban() {
			return this.iban.substring(0, 2) + "**";
		}

	}

	record Rounding(double amount) {

		@Override
		public double amount() {
			return Math.floor(this.amount);
		}

	}

	static class TwoAccessors {

		private final String iban = "DE1".trim();

		public String iban() {
			return this.iban.substring(0, 2);
		}

		public String getIban() {
			return this.iban;
		}

	}

	static class Open {

		public final String iban = "DE1".trim();

		public String getIban() {
			return this.iban.substring(0, 2);
		}

	}

	static class Base {

		private final String iban = "DE1".trim();

		public String getIban() {
			return this.iban;
		}

	}

	static class Overriding extends Base {

		@Override
		public String getIban() {
			return super.getIban().substring(0, 2);
		}

	}

	static class Shadowed {

		final String iban = "DE1".trim();

	}

	static class Shadowing extends Shadowed {

		private final String iban = "DE2".trim();

		public String getIban() {
			return super.iban;
		}

		int length() {
			return this.iban.length();
		}

	}

}
