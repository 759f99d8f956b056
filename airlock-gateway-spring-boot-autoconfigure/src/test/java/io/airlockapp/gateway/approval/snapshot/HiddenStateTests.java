/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.AbstractList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.function.Consumer;
import java.util.stream.Stream;

import javax.xml.datatype.DatatypeFactory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.std.ToStringSerializer;

import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.ott.DefaultOneTimeToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that nothing in an argument escapes what is shown and bound: neither by what the
 * application declares for its JSON, nor by a container, a class or a text.
 */
class HiddenStateTests {

	private final Masking masking = new Masking();

	private SnapshotWriter writer = new SnapshotWriter(new JsonMapper());

	static Stream<Arguments> changes() {
		return Stream.of(change("transfer", new Transfer(), (value) -> value.payee.iban = "EVIL"),
				change("payees", new Payees(), (value) -> value.list.get(0).iban = "EVIL"),
				change("payees", new Payees(), (value) -> value.array[0].iban = "EVIL"),
				change("payees", new Payees(), (value) -> value.map.get("a").iban = "EVIL"),
				change("payees", new Payees(), (value) -> value.optional.orElseThrow().iban = "EVIL"),
				change("payees", new Payees(), (value) -> value.included.iban = "EVIL"),
				change("payees", new Payees(), (value) -> value.entries.put("amount", 1_000_000)),
				change("any", new LinkedCaseInsensitiveMap<>(), (value) -> value.put("a", 1)),
				change("any", new Step[] { new OneStep() }, (value) -> value[0] = new OtherStep()),
				change("any", new LinkedHashMap<>(Map.of("a", 1)), (value) -> {
					value.remove("a");
					value.put("b", 2);
					value.put("a", 1);
				}), change("pair", new Pair(), (value) -> value.before = new Derived()),
				change("context", new SubContext(), (value) -> value.context = "production"));
	}

	private static <T> Arguments change(String method, T value, Consumer<T> change) {
		return arguments(method, value, change);
	}

	@ParameterizedTest
	@MethodSource("changes")
	@SuppressWarnings("unchecked")
	void changeOfHiddenStateIsFound(String method, Object value, Consumer<?> change) {
		ArgumentSnapshot snapshot = snapshot(method, value);
		String before = snapshot.toJson().toString();
		((Consumer<Object>) change).accept(value);
		assertThat(snapshot.findChange()).isNotNull();
		assertThat(snapshot(method, value).toJson().toString()).isNotEqualTo(before);
	}

	@Test
	void ignoredFieldsAreMaskedInsteadOfDropped() {
		assertThat(text("transfer", new Transfer())).isEqualTo("{amount=5, payee={name=ann, iban=•••}}");
		assertThat(text("payees", new Payees())).contains("list=[{name=ann, iban=•••}]", "map={a={name=ann, iban=•••}}",
				"included={name=ann, iban=•••}", "entries={amount=•••}");
	}

	@Test
	void serializersOfApplicationDoNotAffectText() {
		SimpleModule module = new SimpleModule().setSerializerModifier(new ValueSerializerModifier() {

			@Override
			public List<BeanPropertyWriter> changeProperties(SerializationConfig config,
					BeanDescription.Supplier description, List<BeanPropertyWriter> properties) {
				properties.forEach((property) -> property.assignSerializer(ToStringSerializer.instance));
				return properties;
			}

		});
		this.writer = new SnapshotWriter(JsonMapper.builder().addModule(module).build());
		assertThat(text("any", new Plain("DE1", 5))).endsWith("Plain{iban=DE1, amount=5}");
	}

	@Test
	void fieldHiddenByMixInIsMasked() {
		this.writer = new SnapshotWriter(JsonMapper.builder().addMixIn(Plain.class, PlainMixIn.class).build());
		assertThat(text("any", new Plain("DE1", 5))).endsWith("Plain{iban=•••, amount=5}");
	}

	@Test
	void principalsAndTokensOfSpringSecurityAreHidden() {
		List<Object> hidden = List.of(new UsernamePasswordAuthenticationToken(new Plain("DE1", 5), "s3cr3t"),
				new DefaultOneTimeToken("s3cr3t", "ann", Instant.EPOCH), new SecurityContextImpl(),
				User.withUsername("ann").password("s3cr3t").authorities(List.of()).build());
		assertThat(hidden).allSatisfy((value) -> assertThat(text("any", value)).isEqualTo("•••"));
		assertThat(text("any", new SimpleGrantedAuthority("ADMIN"))).contains("ADMIN");
		assertThat(text("any", Role.ADMIN)).contains("ADMIN");
	}

	@Test
	void pathWhoseTextIsNotItsNameIsRefused(@TempDir Path directory) throws Exception {
		assumeThat(Path.of("/bin/sh")).isExecutable();
		new ProcessBuilder("/bin/sh", "-c", "touch \"$1/$(printf 'a\\377')\"", "sh", directory.toString()).start()
			.waitFor();
		try (Stream<Path> files = Files.list(directory)) {
			assertRefused(files.findAny().orElseThrow(), "has state besides its text");
		}
	}

	@Test
	void classThatThePositionDoesNotDeclareIsShownWithItsPackage() {
		assertThat(text("step", new OneStep())).isEqualTo(OneStep.class.getName() + "{id=1}");
		assertThat(text("one", new OneStep())).isEqualTo("{id=1}");
		assertThat(json("step", new OneStep())).isNotEqualTo(json("step", new OtherStep()));
		Pair pair = new Pair();
		pair.before = new Derived();
		assertThat(text("pair", pair)).contains("before=" + Derived.class.getName() + "{");
	}

	@Test
	void keysAndSensitiveNamesAreInNoMessage() {
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> text("any", Map.entry("ann:hunter2-secret\nforged: line", new BitSet())))
			.withMessageContaining("at 'value[…]', ")
			.withMessageNotContainingAny("hunter2", "\n");
		assertThatExceptionOfType(AirlockGatewayException.class)
			.isThrownBy(() -> text("sensitive", new Holder(new BitSet())))
			.withMessageNotContaining("secretName");
	}

	@Test
	void javaDatesAreShownByTextOrRefused() throws Exception {
		TimeZone zone = TimeZone.getDefault();
		try {
			TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
			assertThat(text("day", java.sql.Date.valueOf("2026-01-01"))).isEqualTo("2026-01-01");
		}
		finally {
			TimeZone.setDefault(zone);
		}
		assertRefused(new java.sql.Date(1), "has state besides its text");
		assertRefused(DatatypeFactory.newInstance().newXMLGregorianCalendar("2026"), "");
		assertRefused(new java.util.GregorianCalendar(), "is not data");
	}

	@Test
	void formatterShowsValueOfApplicationWithItsClass() {
		this.writer = new SnapshotWriter(List.of(new JsonMapper()), DataSize.ofKilobytes(64),
				List.of(new MoneyFormatter()));
		assertThat(text("any", new Money(5))).isEqualTo(Money.class.getName() + "(\"EUR 5\")");
		assertThat(json("any", new Money(5))).contains(Money.class.getName()).isNotEqualTo(json("any", "EUR 5"));
	}

	@Test
	void javaContainerWithAdditionalStateIsRefused() {
		assertRefused(new javax.management.AttributeList(), "a way of its own");
		assertRefused(new javax.script.SimpleBindings(), "Copy it into a List");
	}

	@Test
	void fieldsBehindAnAbstractContainerAreBound() {
		assertThat(text("any", new Filtered())).contains("[5]", "source=•••");
	}

	private void assertRefused(Object value, String reason) {
		assertThatExceptionOfType(AirlockGatewayException.class).isThrownBy(() -> text("any", value))
			.withMessageContaining(reason);
	}

	@Test
	void jacksonNodeDiffersFromContainedValue() {
		JsonNodeFactory nodes = JsonNodeFactory.instance;
		assertThat(json("any", nodes.stringNode("x"))).isNotEqualTo(json("any", "x"));
		assertThat(json("any", nodes.numberNode(5))).isNotEqualTo(json("any", 5));
		assertThat(json("any", nodes.nullNode())).isNotEqualTo(json("any", null));
		assertThat(json("tree", nodes.nullNode())).isNotEqualTo(json("tree", null));
		assertRefused(nodes.pojoNode(new Plain("DE1", 5)), "a tools.jackson.databind.node.POJONode is not data");
		assertThat(text("any", nodes.stringNode("x"))).endsWith("StringNode{value=\"x\"}");
		assertThat(text("tree", nodes.objectNode().put("a", 1).putNull("b"))).isEqualTo("{\"a\"=1, \"b\"=null}");
	}

	@Test
	void fieldWithNameOfOtherFieldIsShownAndBound() {
		SameNames value = new SameNames();
		assertThat(text("any", value)).contains("renamed", "FirstName.a\"=1", "SameNames.a\"=2");
		String before = json("any", value);
		value.other = "EVIL";
		assertThat(json("any", value)).isNotEqualTo(before);
	}

	private String text(String method, Object value) {
		return ValueText.FULL.of(snapshot(method, value).get(0));
	}

	private String json(String method, Object value) {
		return snapshot(method, value).toJson().toString();
	}

	private ArgumentSnapshot snapshot(String name, Object value) {
		java.lang.reflect.Method method = java.util.Arrays.stream(Methods.class.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(name))
			.findFirst()
			.orElseThrow();
		ReflectionUtils.makeAccessible(method);
		return this.writer.snapshot(new MethodArguments(Methods.class, method, new Object[] { value }), this.masking);
	}

	interface Methods {

		void tree(JsonNode value);

		void any(Object value);

		void transfer(Transfer value);

		void payees(Payees value);

		void step(Step value);

		void one(OneStep value);

		void pair(Pair value);

		void context(BaseContext value);

		void day(java.sql.Date value);

		void sensitive(@AirlockSensitive Holder value);

	}

	static class Payee {

		public String name = "ann";

		public String iban = "DE1";

	}

	static class Transfer {

		public long amount = 5;

		@JsonIgnoreProperties("iban")
		public Payee payee = new Payee();

	}

	static class Payees {

		@JsonIgnoreProperties("iban")
		public List<Payee> list = List.of(new Payee());

		@JsonIgnoreProperties("iban")
		public Payee[] array = { new Payee() };

		@JsonIgnoreProperties("iban")
		public Map<String, Payee> map = new HashMap<>(Map.of("a", new Payee()));

		@JsonIgnoreProperties("iban")
		public Optional<Payee> optional = Optional.of(new Payee());

		@JsonIncludeProperties("name")
		public Payee included = new Payee();

		@JsonIgnoreProperties("amount")
		public Map<String, Object> entries = new HashMap<>(Map.of("amount", 5));

	}

	static class Filtered extends AbstractList<Long> {

		private final List<Long> source = List.of(5L, 500_000L);

		@Override
		public Long get(int index) {
			return this.source.get(index);
		}

		@Override
		public int size() {
			return 1;
		}

	}

	interface Step {

	}

	static class OneStep implements Step {

		public int id = 1;

	}

	static class OtherStep implements Step {

		public int id = 1;

	}

	static class Base {

		public int id = 1;

	}

	static class Derived extends Base {

	}

	static class Pair {

		public Base before = new Base();

		public Derived after = new Derived();

	}

	static class BaseContext {

		@AirlockOmitted
		protected @Nullable Object context;

	}

	static class SubContext extends BaseContext {

		private String context = "staging";

		public String getContext() {
			return this.context;
		}

	}

	record Holder(Object secretName) {
	}

	record Plain(String iban, long amount) {
	}

	enum Role implements GrantedAuthority {

		ADMIN;

		@Override
		public String getAuthority() {
			return name();
		}

	}

	interface PlainMixIn {

		@JsonIgnore
		String iban();

	}

	static class Money {

		private final int cents;

		Money(int cents) {
			this.cents = cents;
		}

	}

	static class MoneyFormatter implements ArgumentFormatter<Money> {

		@Override
		public Class<Money> getType() {
			return Money.class;
		}

		@Override
		public String format(Money value) {
			return "EUR " + value.cents;
		}

	}

	static class FirstName {

		public int a = 1;

	}

	static class SameNames extends FirstName {

		private static final String QUALIFIED = "io.airlockapp.gateway.approval.snapshot.HiddenStateTests$SameNames.a";

		@JsonProperty(QUALIFIED)
		public String other = "renamed";

		public int a = 2;

	}

}
