package io.airlockapp.gateway.approval.snapshot;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.security.Principal;
import java.time.format.DateTimeFormatter;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SimpleTimeZone;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonTypeId;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import io.airlockapp.gateway.ApprovalUnavailableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonAppend;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;
import tools.jackson.databind.util.RawValue;

import org.springframework.http.HttpStatusCode;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.util.MimeType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests that objects which say less than they hold, or say that they are something else,
 * are bound as what they are, or refused.
 */
class UnderstatedStateTests {

	private ShownArgument argument = new ShownArgument(Methods.class, new JsonMapper());

	@ParameterizedTest
	@MethodSource("changing")
	@SuppressWarnings("unchecked")
	void everyChangeIsSeen(Object value, Consumer<?> change) {
		String before = digest(value);
		assertThat(digest(value)).isEqualTo(before);
		((Consumer<Object>) change).accept(value);
		assertThat(digest(value)).isNotEqualTo(before);
	}

	static Stream<Arguments> changing() {
		return Stream.of(change(new ZonedDate(), (date) -> date.zone = "b"),
				change(new OwnMimeType(), (type) -> type.version = "b"),
				change(new Abbreviating(), (value) -> value.iban = "DE2"),
				change(new Shadowing(), (value) -> value.amount = 9),
				change(new Shadowing(), (value) -> ((Shadowed) value).amount = 9),
				change(new Alike(), (value) -> value.ID = "b"), change(new Alike(), (value) -> value.id = "b"),
				change(new Copying(), (value) -> value.batch.payTo = "b"),
				change(new Copying(), (value) -> value.lines.get("a").add("b")),
				change(new Appended(), (value) -> value.amount = 9),
				change(new Computed(), (value) -> value.target = "b"),
				change(new User(), (user) -> user.role = "admin"), change(new Clerk(), (clerk) -> clerk.role = "admin"),
				change(new ByTypeId(), (value) -> value.kind = "b"),
				change(new ShortValue(), (value) -> value.text = "ab"),
				change(new Coded[] { Coded.YES }, (array) -> array[0] = Coded.NO),
				change(HttpStatus.of(299), (status) -> status.code = HttpStatusCode.valueOf(298)),
				change(listOf(new Refund(5)), (list) -> list.set(0, new Deletion(5))),
				change(listOf(new Archive(5)), (list) -> list.set(0, new Purge(5))),
				change(listOf(new OrderId("5")), (list) -> list.set(0, new CustomerId("5"))),
				change(listOf(Level.HIGH), (list) -> list.set(0, Severity.HIGH)),
				change(listOf(new Purge(5)),
						(list) -> list.set(0, Map.of("@type", "UnderstatedStateTests.Purge", "id", 5))),
				change(new Holder<Object>(new Refund(5)), (holder) -> holder.value = new Deletion(5)),
				change(new Holder<Object>(List.of(new Refund(5))), (holder) -> holder.value = List.of(new Deletion(5))),
				change(new Declaring(), (declaring) -> declaring.action = new Archive(5)));
	}

	private static <T> Arguments change(T value, Consumer<T> change) {
		return arguments(value, change);
	}

	private static List<Object> listOf(Object element) {
		return new ArrayList<>(List.of(element));
	}

	@Test
	void whatAGetterDoesNotReturnIsSeenToBeThere() {
		assertThat(command(new Abbreviating())).endsWith("iban=\"DE**\", iban@Abbreviating=•••}");
		assertThat(command(new Rounding(new BigDecimal("5.99")))).endsWith("amount=5, amount@Rounding=•••}");
	}

	@Test
	void copiesAndViewsOfWhatIsHeldAreAllThereIs() {
		assertThat(this.argument.command("ordinary", new Ordinary()))
			.isEqualTo("{amounts=[1], date=1970-01-01T00:00:00Z, lines={a=[x]}, name=Ann, tags=[b]}");
	}

	@Test
	void classesAreNamedWhereTheyAreNotDeclared() {
		assertThat(this.argument.command("purges", List.of(new Purge(5)))).isEqualTo("[{id=5}]");
		assertThat(this.argument.command("purge", new Purge(5))).isEqualTo("{id=5}");
		assertThat(this.argument.command("actions", List.of(new Purge(5))))
			.isEqualTo("[{@type=UnderstatedStateTests.Purge, id=5}]");
		assertThat(this.argument.command("purgesByKey", Map.of("a", Optional.of(new Purge[] { new Purge(5) }))))
			.isEqualTo("{a=[{id=5}]}");
		assertThat(this.argument.command("holder", new Holder<>(new Purge(5))))
			.contains("@type=UnderstatedStateTests.Purge");
		assertThat(this.argument.command("purgeHolders", List.of(new Holder<>(new Purge(5)))))
			.isEqualTo("[{value={id=5}}]");
		assertThat(this.argument.command("purgeHolders", List.of(new Holder<>(new Archive(5)))))
			.isEqualTo("[{value={@type=UnderstatedStateTests.Archive, id=5}}]");
		assertThat(this.argument.command("declaring", new Declaring()))
			.isEqualTo("{action={@type=UnderstatedStateTests.Purge, id=5}, level=HIGH, refunds={a={amount=5}}}");
		assertThat(this.argument.command("recursive", "a")).isEqualTo("a");
		assertThat(this.argument.command("actions", List.of(new Everything())))
			.isEqualTo("[{@type=UnderstatedStateTests.Everything}]");
	}

	@Test
	void noValueNamesAClass() {
		assertThat(command(Map.of("@type", "Refund"))).isEqualTo("{@@type=Refund}");
		assertThat(command(Map.of("@@type", "Refund"))).isEqualTo("{@@@type=Refund}");
	}

	@Test
	void settingsOfTheApplicationAddNoTypeIds() {
		this.argument = new ShownArgument(Methods.class,
				JsonMapper.builder()
					.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfSubType(Object.class).build())
					.build());
		assertThat(command(listOf(new Refund(5)))).isEqualTo("[{@type=UnderstatedStateTests.Refund, amount=5}]");
	}

	@Test
	void serializersOfTheApplicationChangeNoValuesOfJava() {
		this.argument = new ShownArgument(Methods.class,
				JsonMapper.builder()
					.addModule(new SimpleModule().addSerializer(BigDecimal.class, new Rounded())
						.addSerializer(String.class, new Initial())
						.addSerializer(byte[].class, new NoBytes())
						.addKeySerializer(Refund.class, new NoKey()))
					.build());
		assertThat(command(new BigDecimal("5.99"))).isEqualTo("5.99");
		assertThat(command(List.of("abc", Map.of("abc", "abc")))).isEqualTo("[abc, {abc=abc}]");
		assertThat(command(new byte[] { 1 })).isEqualTo("\"AQ==\"");
		assertRefused(Map.of(new Refund(5), 1), "has no text");
	}

	@ParameterizedTest
	@MethodSource("refused")
	void whatCannotBeKnownIsRefused(Object value, String reason) {
		assertRefused(value, reason);
	}

	static Stream<Arguments> refused() {
		JsonNodeFactory nodes = JsonNodeFactory.instance;
		GregorianCalendar calendar = new GregorianCalendar(new SimpleTimeZone(1234567, "Odd/Zone"));
		return Stream.of(arguments(new RawValue("1, \"amount\": 5"), "JSON of its own"),
				arguments(new Holder<>(new RawValue("1, \"amount\": 5")), "at 'value.value', it has JSON of its own"),
				arguments(new RawValue("\"shown\" \"not shown\""), "JSON of its own"),
				arguments(nodes.objectNode().putRawValue("a", new RawValue("1,\"b\":2")), "JSON of its own"),
				arguments(Map.of(new ShortKey("abc"), 1), "has no text"),
				arguments(nodes.arrayNode().add(new OwnNode()), "is a JsonNode of its own"),
				arguments(new OwnNumber("5000"), "can have another value than it shows"),
				arguments(calendar, "has state that can't be written"),
				arguments(new Locale("", "", "POSIX"), "has state that can't be written"),
				arguments(DateTimeFormatter.ISO_DATE, "is no data"));
	}

	private void assertRefused(Object value, String reason) {
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> this.argument.write("object", value))
			.withMessageContaining(reason);
	}

	@Test
	void objectsInTreesAreWrittenInFull() {
		assertThat(command(JsonNodeFactory.instance.objectNode().putPOJO("a", new Serializing("b"))))
			.isEqualTo("{a={@type=UnderstatedStateTests.Serializing, value=less, text=•••}}");
		assertThat(command(JsonNodeFactory.instance.arrayNode().add(1).add("a").addNull())).isEqualTo("[1, a, null]");
	}

	@Test
	void usersAreShownByName() {
		assertThat(this.argument.command("user", new User())).isEqualTo("{name=bob, credentials=•••}");
	}

	private String digest(Object value) {
		return this.argument.digest("object", value);
	}

	private String command(Object value) {
		return this.argument.command("object", value);
	}

	static class Methods {

		void object(Object value) {
		}

		void ordinary(Ordinary value) {
		}

		void purge(Purge value) {
		}

		void purges(List<? extends Purge> value) {
		}

		void actions(List<Action> value) {
		}

		void purgesByKey(Map<String, Optional<Purge[]>> value) {
		}

		void holder(Holder<?> value) {
		}

		void purgeHolders(List<Holder<Purge>> value) {
		}

		void declaring(Declaring value) {
		}

		<T extends Comparable<T>> void recursive(T value) {
		}

		void user(User value) {
		}

	}

	@SuppressWarnings("serial")
	static class ZonedDate extends Date {

		private String zone = "a";

		ZonedDate() {
			super(0);
		}

		public String getZone() {
			return this.zone;
		}

	}

	@SuppressWarnings("serial")
	static class OwnMimeType extends MimeType {

		private String version = "a";

		OwnMimeType() {
			super("text", "plain");
		}

		public String getVersion() {
			return this.version;
		}

	}

	static class Abbreviating {

		private String iban = "DE1";

		public String getIban() {
			return this.iban.substring(0, 2) + "**";
		}

	}

	record Rounding(BigDecimal amount) {

		@Override
		public BigDecimal amount() {
			return this.amount.setScale(0, RoundingMode.DOWN);
		}

	}

	static class Shadowed {

		private int amount = 1;

		public int getAmount() {
			return this.amount;
		}

	}

	static class Shadowing extends Shadowed {

		private int amount = 2;

		int twice() {
			return 2 * this.amount;
		}

	}

	static class Alike {

		@SuppressWarnings("checkstyle:MemberName")
		private String ID = "a";

		private String id = "a";

		public String getId() {
			return this.id;
		}

		String both() {
			return this.ID + this.id;
		}

	}

	@SuppressWarnings("serial")
	static class Batch extends ArrayList<String> {

		private String payTo = "me";

		String payee() {
			return this.payTo;
		}

	}

	static class Copying {

		private final Batch batch = new Batch();

		private final Map<String, List<String>> lines = new LinkedHashMap<>(Map.of("a", new ArrayList<>()));

		public List<String> getBatch() {
			return List.copyOf(this.batch);
		}

		public Collection<String> getLines() {
			return this.lines.keySet();
		}

	}

	static class Ordinary {

		private final String name = "Ann";

		private final Map<String, List<String>> lines = new LinkedHashMap<>(Map.of("a", List.of("x")));

		private final List<String> tags = new ArrayList<>(List.of("b"));

		private final int[] amounts = { 1 };

		private final Date date = new Date(0);

		public Optional<String> getName() {
			return Optional.of(this.name);
		}

		public Map<String, List<String>> getLines() {
			return Collections.unmodifiableMap(this.lines);
		}

		public List<String> getTags() {
			return List.copyOf(this.tags);
		}

		public int[] getAmounts() {
			return this.amounts.clone();
		}

		public Date getDate() {
			return new Date(this.date.getTime());
		}

	}

	@JsonAppend(attrs = @JsonAppend.Attr("amount"))
	static class Appended {

		public String memo = "rent";

		private int amount = 1;

		int twice() {
			return 2 * this.amount;
		}

	}

	static class Computed extends AbstractList<String> {

		private String target = "a";

		@Override
		public String get(int index) {
			return "x";
		}

		@Override
		public int size() {
			return 1;
		}

		String target() {
			return this.target;
		}

	}

	@SuppressWarnings("serial")
	static class User implements UserDetails {

		private String role = "user";

		public String getRole() {
			return this.role;
		}

		@Override
		public Collection<? extends GrantedAuthority> getAuthorities() {
			return List.of();
		}

		@Override
		public @Nullable String getPassword() {
			return "s3cr3t";
		}

		@Override
		public String getUsername() {
			return "bob";
		}

	}

	static class Clerk implements Principal {

		private String role = "user";

		public String getRole() {
			return this.role;
		}

		@Override
		public String getName() {
			return "bob";
		}

	}

	static class ByTypeId {

		@JsonTypeId
		public String kind = "a";

		public int amount = 1;

	}

	static class HttpStatus {

		public HttpStatusCode code;

		HttpStatus(HttpStatusCode code) {
			this.code = code;
		}

		static HttpStatus of(int code) {
			return new HttpStatus(HttpStatusCode.valueOf(code));
		}

	}

	static class ShortValue {

		private String text = "aa";

		@JsonValue
		public String getText() {
			return this.text.substring(0, 1);
		}

	}

	static class ShortKey {

		private final String text;

		ShortKey(String text) {
			this.text = text;
		}

		@JsonKey
		public String getText() {
			return this.text.substring(0, 1);
		}

	}

	enum Coded {

		YES, NO;

		@JsonValue
		String code() {
			return "same";
		}

	}

	@SuppressWarnings("serial")
	static class OwnNode extends StringNode {

		OwnNode() {
			super("a");
		}

	}

	record Serializing(String text) implements JacksonSerializable {

		@Override
		public void serialize(JsonGenerator generator, SerializationContext context) {
			generator.writeString("less");
		}

		@Override
		public void serializeWithType(JsonGenerator generator, SerializationContext context,
				TypeSerializer typeSerializer) {
			serialize(generator, context);
		}

	}

	record Refund(int amount) {
	}

	record Deletion(int amount) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
	interface Action {

	}

	record Archive(int id) implements Action {
	}

	record Purge(int id) implements Action {
	}

	static final class Everything implements Action {

	}

	record OrderId(@JsonValue String value) {
	}

	record CustomerId(@JsonValue String value) {
	}

	enum Level {

		HIGH

	}

	enum Severity {

		HIGH

	}

	static class Holder<T> {

		public T value;

		Holder(T value) {
			this.value = value;
		}

	}

	static class Declaring {

		public Action action = new Purge(5);

		public Level level = Level.HIGH;

		public Map<String, Refund> refunds = Map.of("a", new Refund(5));

	}

	@SuppressWarnings("serial")
	static class OwnNumber extends BigDecimal {

		OwnNumber(String value) {
			super(value);
		}

		@Override
		public String toString() {
			return "5";
		}

	}

	static class Rounded extends ValueSerializer<BigDecimal> {

		@Override
		public void serialize(BigDecimal value, JsonGenerator generator, SerializationContext context) {
			generator.writeNumber(value.setScale(0, RoundingMode.DOWN));
		}

	}

	static class Initial extends ValueSerializer<String> {

		@Override
		public void serialize(String value, JsonGenerator generator, SerializationContext context) {
			generator.writeString(value.substring(0, 1));
		}

	}

	static class NoBytes extends ValueSerializer<byte[]> {

		@Override
		public void serialize(byte[] value, JsonGenerator generator, SerializationContext context) {
			generator.writeString("");
		}

	}

	static class NoKey extends ValueSerializer<Refund> {

		@Override
		public void serialize(Refund value, JsonGenerator generator, SerializationContext context) {
			generator.writeName("refund");
		}

	}

}
