/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.CompiledClasses;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.SyntheticState;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.description.type.TypeDescription.Generic;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.FixedValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

import org.springframework.beans.BeanUtils;
import org.springframework.data.domain.AbstractAggregateRoot;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MimeType;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link StateFields}: a snapshot contains all fields of its arguments, shown,
 * masked, or marked as left out.
 */
class StateFieldsTests {

	@RegisterExtension
	final CapturedLog log = new CapturedLog(StateFields.class);

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@Test
	void maskedFieldsAreLoggedOnce() {
		this.argument.write("object", List.of(new ComputedBesideOthers(1, "1"), new ComputedBesideOthers(2, "2")));
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage())
				.startsWith("Approvers of %s do not see 'number', 'amount', 'internal'. A field is shown if"
					.formatted(ComputedBesideOthers.class.getName())));
	}

	/**
	 * Java keeps its own classes, and would keep the classes of each restarted
	 * application with them.
	 */
	@Test
	void mixInsOfClosedApplicationAreGarbageCollected() {
		WeakReference<Object> mixIns = mixInsOfAClosedApplication();
		System.gc();
		assertThat(mixIns.get()).isNull();
	}

	private static WeakReference<Object> mixInsOfAClosedApplication() {
		List<Class<?>> own = new ArrayList<>();
		new StateFields((type) -> own.stream()).of(String.class);
		return new WeakReference<>(own);
	}

	/**
	 * The application can neither change nor annotate it.
	 */
	@Test
	void maskedFieldOfLibraryIsNotLogged() {
		assertThat(this.argument.command("object", new Hold())).isEqualTo("Hold{domainEvents=•••}");
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void stateOfASingletonOfScalaIsBound() {
		String before = this.argument.digest("object", SingletonOfScala.MODULE$);
		assertThat(this.argument.command("object", SingletonOfScala.MODULE$)).isEqualTo("SingletonOfScala{url=•••}");
		SingletonOfScala.url = "evil";
		assertThat(this.argument.digest("object", SingletonOfScala.MODULE$)).isNotEqualTo(before);
	}

	@Test
	void singletonOfFormerScalaIsShownByItsFields() {
		assertThat(this.argument.command("object", FormerSingletonOfScala.MODULE$))
			.isEqualTo("FormerSingletonOfScala{url=•••}");
	}

	@Test
	void cacheFieldsOfGroovyAreIgnored() throws Exception {
		Object transfer = new ByteBuddy().subclass(Inherited.class)
			.name("desk.Immutable")
			.defineField("$to$string", String.class, SyntheticState.SYNTHETIC)
			.defineField("$hash$code", int.class, SyntheticState.SYNTHETIC)
			.make()
			.load(getClass().getClassLoader())
			.getLoaded()
			.getDeclaredConstructor()
			.newInstance();
		assertThat(this.argument.command("object", transfer)).isEqualTo("desk.Immutable{amount=5}");
	}

	@Test
	void metaClassOfGroovyIsIgnored() throws Exception {
		Class<?> metaClass = new ByteBuddy().makeInterface()
			.name("groovy.lang.MetaClass")
			.make()
			.load(getClass().getClassLoader())
			.getLoaded();
		Class<?> type = new ByteBuddy().subclass(Inherited.class)
			.name("desk.Transfer")
			.defineField("metaClass", metaClass, SyntheticState.SYNTHETIC)
			.make()
			.load(metaClass.getClassLoader())
			.getLoaded();
		Object transfer = type.getDeclaredConstructor().newInstance();
		assertThat(this.argument.command("object", transfer)).isEqualTo("desk.Transfer{amount=5}");
	}

	@ParameterizedTest
	@MethodSource("unremarkable")
	void fieldsShownOrHiddenOnPurposeAreNotLogged(Object value) {
		this.argument.write("object", value);
		assertThat(this.log.list).isEmpty();
	}

	static Stream<Object> unremarkable() {
		LinkedCaseInsensitiveMap<String> row = new LinkedCaseInsensitiveMap<>(Locale.ROOT);
		row.put("id", "1");
		return Stream.of(new HiddenOnPurpose(), row, JsonNodeFactory.instance.objectNode().put("a", 1),
				ImmutableMap.of("a", 1), ImmutableSet.of("a"),
				new UsernamePasswordAuthenticationToken("ann", "secret"));
	}

	static class HiddenOnPurpose {

		@AirlockSensitive
		private final String iban = "DE02";

	}

	@ParameterizedTest
	@MethodSource("changing")
	@SuppressWarnings("unchecked")
	void digestWhenStateChangesDiffers(Object value, Consumer<?> change) {
		ArgumentSnapshot snapshot = this.argument.snapshot("object", value);
		assertThat(snapshot.toJson()).isNotEmpty();
		String before = digest(value);
		assertThat(digest(value)).isEqualTo(before);
		assertThat(snapshot.findChange()).isNull();
		((Consumer<Object>) change).accept(value);
		assertThat(digest(value)).isNotEqualTo(before);
		assertThat(snapshot.findChange()).isNotNull();
	}

	static Stream<Arguments> changing() {
		return Stream.of(change(new Batch(), (batch) -> batch.payTo = "attacker"),
				change(new Batch(), (batch) -> batch.add("gold bar")),
				change(new Settings(), (settings) -> settings.target = "production"),
				change(new Money(), (money) -> money.currency = "BTC"),
				change(new Lines(), (lines) -> lines.lines.add("gold bar")),
				change(new Computed(), (computed) -> computed.target = "b"),
				change(new Hidden(), (hidden) -> hidden.amount = BigDecimal.TEN),
				change(new Shadowing(), (shadowing) -> shadowing.amount = BigDecimal.TEN),
				change(new Shadowing(), (shadowing) -> ((Hidden) shadowing).amount = BigDecimal.TEN),
				change(new Caching(), (caching) -> caching.cache = "b"), change(new Alike(), (alike) -> alike.ID = "b"),
				change(new Alike(), (alike) -> alike.id = "b"), change(new OwnMimeType(), (type) -> type.version = "b"),
				change(new Secret(), (secret) -> secret.field = "b"),
				change(new WithSetter(), (secret) -> secret.iban = "b"),
				change(new HashMap<>(Map.of("a", new Hidden())), (map) -> map.get("a").amount = BigDecimal.TEN),
				change(new Hidden[] { new Hidden() }, (array) -> array[0].amount = BigDecimal.TEN),
				change(new Carrier(new Hidden()), (carrier) -> ((Hidden) carrier.payload).amount = BigDecimal.TEN));
	}

	private static <T> Arguments change(T value, Consumer<T> change) {
		return arguments(value, change);
	}

	@ParameterizedTest
	@MethodSource("shown")
	void fieldIsShownIfAReaderOfTheClassSeesIt(String method, Object value, String text) {
		assertThat(this.argument.command(method, value)).isEqualTo(text);
	}

	static Stream<Arguments> shown() {
		return Stream.of(arguments("object", new Hidden(), "Hidden{amount=•••}"),
				arguments("object", new Batch(), "Batch[]{payTo=me, lines=•••}"),
				arguments("object", new Settings(), "Settings{}{target=staging}"),
				arguments("object", new Money(), "Money{currency=JPY}"),
				arguments("object", new Lines(), "Lines{lines=•••}"),
				arguments("object", new Caching(), "Caching{shown=a, cache=•••}"),
				arguments("object", new Shadowing(), "Shadowing{\"Hidden.amount\"=•••, \"Shadowing.amount\"=0}"),
				arguments("object", new PublicShadowing(),
						"PublicShadowing{\"PublicHidden.amount\"=0, \"PublicShadowing.amount\"=1}"),
				arguments("object", new NamedByJson(), "NamedByJson{\"the name\"=a, number=b}"),
				arguments("object", new OfHiddenClass(), "OfHiddenClass{number=a}"),
				arguments("object", new NamedLikeAnAccessor(),
						"NamedLikeAnAccessor{\"NamedLikeAnAccessor.fee\"=1, total=•••}"),
				arguments("object", new NamedLikeAFlag(true), "NamedLikeAFlag{\"NamedLikeAFlag.enabled\"=true}"),
				arguments("object", new Swapped(1, 2), "Swapped{\"Swapped.fee\"=1, \"Swapped.amount\"=2}"),
				arguments("object", new NamedLikeAnAccessorBeside(),
						"NamedLikeAnAccessorBeside{\"NamedLikeAnAccessorBeside.fee\"=1, total=•••}"),
				arguments("object", new NamedLikeItsAccessor(), "NamedLikeItsAccessor{amount=1}"),
				arguments("object", new Publishing(), "Publishing{amount=1}"),
				arguments("object", new NamedLikeAField(), "NamedLikeAField{\"NamedLikeAField.fee\"=1, total=2}"),
				arguments("object", new PrivateBeside(), "PrivateBeside{amount=1}"),
				arguments("object", new Summarized(), "Summarized{amount=1}"),
				arguments("object", new Included(), "Included{amount=1}"),
				arguments("object", new LeftOutParameter("a"), "LeftOutParameter{memo=(left out)}"),
				arguments("object", new LeftOutByOtherConstructor(new StringBuilder("a"), "DE00"),
						"LeftOutByOtherConstructor{iban=DE00, memo=(left out)}"),
				arguments("object", new Active(true), "Active{isActive=true}"),
				arguments("object", new Nothing(), "Nothing{}"),
				arguments("transfer", new Transfer("rent", new BigDecimal("5.00"), "DE00", List.of("a")),
						"{memo=rent, amount=5.00, iban=DE00, tags=[a]}"),
				arguments("customer", new Customer(), "{id=1, name=Ann, active=true, email=a@b.c, version=•••}"));
	}

	@ParameterizedTest
	@MethodSource("hiding")
	void fieldHiddenFromJsonIsMaskedAndBound(Function<String, Object> type) {
		assertHiddenAndBound(this.argument, type);
	}

	static Stream<Named<Function<String, Object>>> hiding() {
		return Stream.of(hiding("on field", OnField::new), hiding("on getter", OnGetter::new),
				hiding("on getter of a field named like an accessor", OnGetterOfIs::new),
				hiding("on getter with two letters", OnGetterOfTwoLetters::new),
				hiding("computed by a getter with two letters", ComputedOfTwoLetters::new),
				hiding("on setter", OnSetter::new), hiding("on component", OnComponent::new),
				hiding("on getter of an interface", OnInterface::new),
				hiding("on overridden getter", OnOverridden::new), hiding("getter that is not public", NotPublic::new),
				hiding("computing getter that is not public", ComputedBeside::new),
				hiding("by own annotation", ByOwnAnnotation::new), hiding("write-only", WriteOnly::new),
				hiding("by the annotation of java.beans", OfBeans::new), hiding("public and transient", Transient::new),
				hiding("by name", ByName::new), hiding("by the name in JSON", ByNameOfField::new),
				hiding("by the name in JSON of the getter", ByNameOfGetter::new),
				hiding("by the name of a getter", ByNameOfJsonGetter::new),
				hiding("by the name of a setter", ByNameOfJsonSetter::new),
				hiding("in an object by the name of a getter", InObjectOfJsonGetter::new),
				hiding("by the name of a naming strategy", ByStrategy::new),
				hiding("by the name of the accessor of a flag", ByNameOfFlag::new),
				hiding("in an object by the name of the accessor of a flag", InObjectOfFlag::new),
				hiding("by name on the superclass", ByNameChild::new), hiding("not included", NotIncluded::new),
				hiding("by an annotation of its own beside another", ByOwnAnnotationBesideOther::new),
				hiding("by name in an annotation of its own beside another", ByNameBesideOther::new),
				hiding("in an object", InObject::new), hiding("in an object by the name of the getter", InRenamed::new),
				hiding("in an object, not included", InObjectNotIncluded::new), hiding("in a list", InList::new),
				hiding("in a map", InMap::new), hiding("back reference", BackReference::new),
				hiding("of ignored type", OfIgnoredType::new), hiding("getters not detected", NoGetters::new),
				hiding("fields not detected", NoFields::new),
				hiding("on parameter of a factory method", WriteOnlyByFactory::of),
				hiding("on parameter of another name of a constructor", WriteOnlyByName::new),
				hiding("by the name in JSON of a parameter of a factory method", NamedByFactory::of),
				hiding("on parameter of a constructor", (number) -> new WriteOnlyByParameter("a", number)),
				hiding("by the name in JSON of a parameter of a constructor", NamedByConstructor::new),
				hiding("ignored type", Ignored::new),
				hiding("ignored type as type argument", (number) -> new Box<>(new Ignored(number))),
				hiding("ignored type as type argument of a superclass", BoxOfIgnored::new),
				hiding("ignored type in a list", (number) -> List.of(new Ignored(number))),
				hiding("by name on a map of its own", IgnoringMap::new),
				hiding("field of a collection of its own", IgnoringList::new));
	}

	private static Named<Function<String, Object>> hiding(String name, Function<String, Object> type) {
		return Named.of(name, type);
	}

	@Test
	void annotationOnSetterParameterMasksOnlyItsField() {
		assertThat(command(new SetterBeside("s3cr3t", 5))).isEqualTo("SetterBeside{iban=•••, value=5}");
	}

	@Test
	void composedAnnotationThatNamesMissingClassMasksField() throws Exception {
		CompiledClasses classes = CompiledClasses
			.of(Map.of("bank.Internal", """
					package bank;
					@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
					@com.fasterxml.jackson.annotation.JacksonAnnotationsInside
					@com.fasterxml.jackson.annotation.JsonIgnore
					public @interface Internal {
						Class<?> visibleTo();
					}
					""", "bank.Admin", "package bank; public class Admin { }", "bank.Transfer",
					"package bank; public record Transfer(@Internal(visibleTo = Admin.class) String number) { }"))
			.without("bank.Admin");
		Constructor<?> constructor = classes.loadClass("bank.Transfer").getConstructor(String.class);
		assertHiddenAndBound(this.argument, (number) -> BeanUtils.instantiateClass(constructor, number));
	}

	private static void assertHiddenAndBound(ShownArgument argument, Function<String, Object> type) {
		assertThat(argument.write("object", type.apply("s3cr3t")).toString()).doesNotContain("s3cr3t")
			.contains("hmac-sha256:");
		assertThat(argument.command("object", type.apply("s3cr3t"))).doesNotContain("s3cr3t").contains("•••");
		assertThat(argument.digest("object", type.apply("s3cr3t")))
			.isEqualTo(argument.digest("object", type.apply("s3cr3t")))
			.isNotEqualTo(argument.digest("object", type.apply("other")));
	}

	@ParameterizedTest
	@MethodSource("mixIns")
	void fieldHiddenByMixInIsMaskedAndBound(Class<?> target, Class<?> mixIn) {
		ShownArgument mixed = new ShownArgument(Methods.class,
				new SnapshotWriter(JsonMapper.builder().addMixIn(target, mixIn).build()));
		assertThat(this.argument.command("object", new Numbered("s3cr3t"))).contains("s3cr3t");
		assertHiddenAndBound(mixed, Numbered::new);
	}

	static Stream<Arguments> mixIns() {
		return Stream.of(arguments(Numbered.class, IgnoringField.class),
				arguments(Numbered.class, IgnoringGetter.class), arguments(Numbered.class, IgnoringByName.class),
				arguments(Numbered.class, IgnoringParameter.class), arguments(Numbered.class, NoDetection.class),
				arguments(Numbered.class, SensitiveGetter.class), arguments(Object.class, IgnoringByName.class),
				arguments(HasNumber.class, IgnoringGetter.class), arguments(HasNumber.class, SensitiveGetter.class));
	}

	@ParameterizedTest
	@MethodSource("mixInsOfContainers")
	void containerOfLibraryHiddenByMixInIsMasked(Class<?> target, Class<?> mixIn, Function<String, Object> value) {
		ShownArgument mixed = new ShownArgument(Methods.class,
				new SnapshotWriter(JsonMapper.builder().addMixIn(target, mixIn).build()));
		assertThat(this.argument.command("object", value.apply("s3cr3t"))).contains("s3cr3t");
		assertHiddenAndBound(mixed, value);
		assertHiddenAndBound(mixed, (number) -> List.of(value.apply(number)));
	}

	static Stream<Arguments> mixInsOfContainers() {
		return Stream.of(mixIn(String[].class, Ignored.class, (number) -> new String[] { number }),
				mixIn(Set.class, Ignored.class, Set::of), mixIn(Optional.class, Ignored.class, Optional::of),
				mixIn(JsonNode.class, Ignored.class, StringNode::valueOf),
				mixIn(LinkedMultiValueMap.class, SensitiveGetter.class,
						(number) -> new LinkedMultiValueMap<>(Map.of("number", List.of(number)))),
				mixIn(Map.class, IgnoringByName.class, (number) -> Map.of("number", number)),
				mixIn(Object.class, IgnoringByName.class, (number) -> Map.of("a", Map.of("number", number))));
	}

	private static Arguments mixIn(Class<?> target, Class<?> mixIn, Function<String, Object> value) {
		return arguments(target, mixIn, value);
	}

	@ParameterizedTest
	@MethodSource("marked")
	void sensitiveMemberIsMaskedForEachKindOfAnnotatedElement(Function<String, Object> type) {
		assertHiddenAndBound(this.argument, type);
	}

	static Stream<Named<Function<String, Object>>> marked() {
		String captured = "name";
		class Local extends Person {

			Local(@AirlockSensitive String iban) {
				super(captured, iban);
			}

		}
		return Stream.of(hiding("parameter", (iban) -> new Person("Ann", iban)),
				hiding("parameter of a subclass", Child::new), hiding("parameter of a local class", Local::new),
				hiding("parameter of another name", Renaming::new),
				hiding("parameter of another name of a subclass", RenamingChild::new),
				hiding("parameter of a record", ByConstructor::new), hiding("component", Iban::new),
				hiding("parameter of another constructor of a record",
						(iban) -> new ByOtherConstructor(new StringBuilder(iban), "Ann")),
				hiding("field", Shouting::new), hiding("setter", WithSetter::new),
				hiding("parameter of a fluent setter", (iban) -> new Fluent().iban(iban)),
				hiding("fluent setter", (iban) -> new Fluent().account(iban)),
				hiding("parameter of a method with the name of another field", Paid::new),
				hiding("parameter of a wither", (iban) -> new Withered("a").withIban(iban)),
				hiding("parameter of a wither with the name of another field",
						(iban) -> new WitheredBeside("a", 1).withIban(iban)),
				hiding("fluent setter that begins with 'with'", Withholding::new),
				hiding("parameter of a factory method", Made::of),
				hiding("parameter of a factory method of another name", Parsed::parse),
				hiding("getter of an interface", Inheriting::new),
				hiding("parameter of a field that is left out", LeftOutField::new),
				hiding("field without accessor", NoAccessor::new), hiding("field and property", Secret::new),
				hiding("in a list", (iban) -> List.of(new Iban(iban))),
				hiding("in a map", (iban) -> Map.of("a", new Iban(iban))),
				hiding("field of a collection of its own", SensitiveList::new),
				hiding("field of a map of its own", SensitiveMap::new),
				hiding("field of an entry of its own", SensitiveEntry::new));
	}

	@ParameterizedTest
	@EnumSource(Pin.class)
	void valueOfAHiddenClassIsHidden(Pin pin) {
		for (Object value : List.of(pin, List.of(pin), Optional.of(pin), new Pin[] { pin }, Map.of("key", pin))) {
			assertThat(this.argument.command("object", value)).contains("•••").doesNotContain(pin.name());
		}
		assertThat(this.argument.digest("object", Pin.P1234)).isNotEqualTo(this.argument.digest("object", Pin.P9999));
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", Map.of(pin, 1)))
			.withMessageContaining("which is sensitive, cannot be hidden");
	}

	@Test
	void fieldNamedLikeTypePropertyDoesNotReplaceClass() throws Exception {
		Object value = new ByteBuddy().with(TypeValidation.DISABLED)
			.subclass(Object.class)
			.defineField("@type", String.class, Modifier.PUBLIC)
			.make()
			.load(getClass().getClassLoader())
			.getLoaded()
			.getDeclaredConstructor()
			.newInstance();
		value.getClass().getField("@type").set(value, "Other");
		String type = value.getClass().getName();
		assertThat(this.argument.write("object", value).get("value").get("@type").stringValue()).isEqualTo(type);
		assertThat(command(value)).contains("\"" + type + ".@type\"=Other");
	}

	@Test
	void methodWhoseTypeArgumentIsMissingHidesNothing() throws Exception {
		TypeDescription type = new ByteBuddy().subclass(Object.class).make().getTypeDescription();
		Generic missing = Generic.Builder.parameterizedType(TypeDescription.ForLoadedType.of(List.class), type).build();
		Object value = new ByteBuddy().subclass(Object.class)
			.defineField("name", String.class, Modifier.PUBLIC)
			.defineMethod("others", missing, Modifier.PUBLIC)
			.intercept(FixedValue.nullValue())
			.make()
			.load(getClass().getClassLoader())
			.getLoaded()
			.getDeclaredConstructor()
			.newInstance();
		value.getClass().getField("name").set(value, "Ann");
		assertThat(command(value)).endsWith("{name=Ann}");
	}

	@Test
	void sensitiveMemberDoesNotMaskOtherMembers() {
		assertThat(command(new Person("Ann", "s3cr3t"))).isEqualTo("Person{name=Ann, iban=•••}");
		assertThat(command(new WithSetter("s3cr3t"))).isEqualTo("WithSetter{iban=•••}");
	}

	@Test
	void sensitiveMemberWithoutFieldMasksObject() {
		assertThat(command(new Secret("s3cr3t"))).isEqualTo("•••");
		assertThat(command(List.of(new Secret("s3cr3t"), "a"))).isEqualTo("[•••, \"a\"]");
	}

	@Test
	void sensitiveNullsAreMasked() {
		assertThat(command(new RenamingChild(null))).isEqualTo("•••");
		assertThat(command(new Person("Ann", null))).isEqualTo("Person{name=Ann, iban=•••}");
	}

	@Test
	void omittedFieldIsShownAsLeftOutAndNotBound() {
		LeftOut value = new LeftOut();
		assertThat(command(value)).isEqualTo("LeftOut{name=a, field=(left out), memo=(left out)}");
		String before = digest(value);
		value.field = Thread.currentThread();
		value.memo = "b";
		assertThat(digest(value)).isEqualTo(before);
		value.name = "b";
		assertThat(digest(value)).isNotEqualTo(before);
	}

	@Test
	void omittedAnnotationDoesNotApplyToMethods() {
		assertThat(AirlockOmitted.class.getAnnotation(Target.class).value()).doesNotContain(ElementType.METHOD);
	}

	@Test
	void completeSnapshotWhenFieldIsOmittedThrows() {
		LeftOut value = new LeftOut();
		ArgumentSnapshot complete = new SnapshotWriter(new JsonMapper()).completeSnapshot(
				new MethodArguments(Methods.class, Methods.OBJECT, new Object[] { value }), new Masking());
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> complete.get(0))
			.withMessageContaining("at 'value.memo', it is left out by @AirlockOmitted")
			.withMessageEndingWith("lose it. Leave it empty, or remove the annotation");
		value.memo = "";
		assertThat(complete.get(0)).isInstanceOf(SnapshotNode.Fields.class);
		ArgumentSnapshot typed = new SnapshotWriter(new JsonMapper()).completeSnapshot(
				new MethodArguments(Methods.class, Methods.OBJECT, new Object[] { new LeavingOutAType() }),
				new Masking());
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> typed.get(0))
			.withMessageContaining("at 'value.nothing', it is left out by @AirlockOmitted");
	}

	@Test
	void fieldsOfSuperclassesComeFirst() {
		assertThat(new StateFields((type) -> Stream.empty()).of(Shadowing.class))
			.extracting(StateFields.StateField::name)
			.containsExactly(Hidden.class.getName() + ".amount", Shadowing.class.getName() + ".amount");
	}

	@ParameterizedTest
	@MethodSource("refused")
	void classWithStateBesidesItsFieldsIsRefused(Object value, String reason) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", value))
			.withMessageContaining(reason);
	}

	static Stream<Arguments> refused() {
		ActiveOnly active = new ActiveOnly();
		active.addAll(List.of(5L, 500_000L));
		return Stream.of(
				arguments(new StateFieldsTests().new Inner(), "has an enclosing instance. Make the class static"),
				arguments(new StateFieldsTests().capturing(), "has an enclosing instance"),
				arguments(new Bits(), "extends java.util.BitSet, which has state that cannot be read"),
				arguments(active, "extends java.util.ArrayList, which has state that cannot be read"),
				arguments(Map.of("a", active), "Put a java.util.ArrayList into a field"),
				arguments(new Recent(), "extends java.util.LinkedHashMap, which has state that cannot be read"),
				arguments(new Plugin(), "extends java.lang.ClassLoader, which has state that cannot be read"),
				arguments(new ZonedDate(), "extends java.util.Date, which has state that cannot be read"),
				arguments(new Pair(), "extends java.util.AbstractMap$SimpleEntry, which has state"),
				arguments(new OwnNumber("5000"), "extends java.math.BigDecimal, which has state"),
				arguments(new Failure(), "which has state that cannot be read"),
				arguments(new WithThread(), "at 'value.thread', a java.lang.Thread is not data"));
	}

	private String digest(Object value) {
		return this.argument.digest("object", value);
	}

	private String command(Object value) {
		return this.argument.command("object", value);
	}

	interface Methods {

		Method OBJECT = ReflectionUtils.findMethod(Methods.class, "object", Object.class);

		void object(Object value);

		void transfer(Transfer value);

		void customer(Customer value);

	}

	static class Batch extends AbstractList<String> {

		public String payTo = "me";

		private final List<String> lines = new ArrayList<>();

		@Override
		public String get(int index) {
			return this.lines.get(index);
		}

		@Override
		public int size() {
			return this.lines.size();
		}

		@Override
		public void add(int index, String line) {
			this.lines.add(index, line);
		}

	}

	static class Settings extends AbstractMap<String, Object> {

		private String target = "staging";

		public String getTarget() {
			return this.target;
		}

		@Override
		public Set<Entry<String, Object>> entrySet() {
			return Set.of();
		}

	}

	@SuppressWarnings("serial")
	static class Money extends Number {

		private String currency = "JPY";

		public String getCurrency() {
			return this.currency;
		}

		@Override
		public int intValue() {
			return 5;
		}

		@Override
		public long longValue() {
			return 5;
		}

		@Override
		public float floatValue() {
			return 5;
		}

		@Override
		public double doubleValue() {
			return 5;
		}

	}

	static class Lines implements Iterable<String> {

		private final List<String> lines = new ArrayList<>();

		@Override
		public Iterator<String> iterator() {
			return this.lines.iterator();
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

		String where() {
			return this.target;
		}

	}

	static class Hidden {

		private BigDecimal amount = BigDecimal.ONE;

		int sign() {
			return this.amount.signum();
		}

	}

	static class Shadowing extends Hidden {

		private BigDecimal amount = BigDecimal.ZERO;

		public BigDecimal getAmount() {
			return this.amount;
		}

	}

	static class Caching {

		public String shown = "a";

		private transient String cache = "a";

		int length() {
			return this.cache.length();
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
	static class OwnMimeType extends MimeType {

		private String version = "a";

		OwnMimeType() {
			super("text", "plain");
		}

		public String getVersion() {
			return this.version;
		}

	}

	public static class OfHiddenClass extends Numbered {

		public OfHiddenClass() {
			super("a");
		}

	}

	record Carrier(Object payload) {
	}

	record Nothing() {
	}

	record Transfer(String memo, BigDecimal amount, String iban, List<String> tags) {
	}

	static class NamedByJson {

		@JsonProperty("the name")
		public String name = "a";

		@JsonProperty
		private final String number = "b";

		int length() {
			return this.number.length();
		}

	}

	static class Customer {

		private Long id = 1L;

		private String name = "Ann";

		private boolean active = true;

		private String email = "a@b.c";

		private Long version = 3L;

		public Long getId() {
			return this.id;
		}

		public String getName() {
			return this.name;
		}

		public boolean isActive() {
			return this.active;
		}

		public String getEmail() {
			return this.email;
		}

		long next() {
			return this.version + 1;
		}

	}

	interface HasNumber {

		String getNumber();

	}

	static class Numbered implements HasNumber {

		private final String number;

		Numbered(String number) {
			this.number = number;
		}

		@Override
		public String getNumber() {
			return this.number;
		}

	}

	static class OnField {

		@JsonIgnore
		public final String number;

		OnField(String number) {
			this.number = number;
		}

	}

	static class OfBeans {

		private final String number;

		OfBeans(String number) {
			this.number = number;
		}

		@java.beans.Transient
		public String getNumber() {
			return this.number;
		}

	}

	static class Transient {

		public final transient String number;

		Transient(String number) {
			this.number = number;
		}

	}

	static class OnGetterOfIs {

		public final String isNumber;

		OnGetterOfIs(String number) {
			this.isNumber = number;
		}

		@JsonIgnore
		public String getIsNumber() {
			return this.isNumber;
		}

	}

	static class OnGetterOfTwoLetters {

		public final String aNumber;

		OnGetterOfTwoLetters(String number) {
			this.aNumber = number;
		}

		@JsonIgnore
		public String getaNumber() {
			return this.aNumber;
		}

	}

	static class ComputedOfTwoLetters {

		@JsonProperty
		final String aNumber;

		ComputedOfTwoLetters(String number) {
			this.aNumber = number;
		}

		public String getaNumber() {
			return "0" + this.aNumber;
		}

	}

	static class OnGetter {

		public final String number;

		OnGetter(String number) {
			this.number = number;
		}

		@JsonIgnore
		public String getNumber() {
			return this.number;
		}

	}

	static class OnSetter {

		private String number;

		OnSetter(String number) {
			this.number = number;
		}

		public String getNumber() {
			return this.number;
		}

		@JsonIgnore
		public void setNumber(String number) {
			this.number = number;
		}

	}

	record OnComponent(@JsonIgnore String number) {
	}

	interface IgnoringNumber {

		@JsonIgnore
		String getNumber();

	}

	static class OnInterface extends Numbered implements IgnoringNumber {

		OnInterface(String number) {
			super(number);
		}

	}

	static class OnOverridden extends OnGetter {

		OnOverridden(String number) {
			super(number);
		}

		@Override
		public String getNumber() {
			return super.getNumber();
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@JacksonAnnotationsInside
	@JsonIgnore
	@interface Confidential {

	}

	record ByOwnAnnotation(@Confidential String number) {
	}

	record ByOwnAnnotationBesideOther(@JsonProperty("named") @WriteOnlyInJson String number) {
	}

	@Retention(RetentionPolicy.RUNTIME)
	@JacksonAnnotationsInside
	@JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
	@interface WriteOnlyInJson {

	}

	@WithoutNumber
	@JsonIgnoreProperties(ignoreUnknown = true)
	record ByNameBesideOther(String number) {
	}

	@Retention(RetentionPolicy.RUNTIME)
	@JacksonAnnotationsInside
	@JsonIgnoreProperties("number")
	@interface WithoutNumber {

	}

	record WriteOnly(@JsonProperty(access = JsonProperty.Access.WRITE_ONLY) String number) {
	}

	@JsonIgnoreProperties("number")
	record ByName(String number) {
	}

	@JsonIgnoreProperties("no")
	record ByNameOfField(@JsonProperty("no") String number) {
	}

	@JsonIgnoreProperties("no")
	static class ByNameOfGetter {

		private final String number;

		ByNameOfGetter(String number) {
			this.number = number;
		}

		@JsonProperty("no")
		public String getNumber() {
			return this.number;
		}

	}

	@JsonIgnoreProperties("no")
	static class ByNameOfJsonGetter {

		private final String number;

		ByNameOfJsonGetter(String number) {
			this.number = number;
		}

		@JsonGetter("no")
		public String getNumber() {
			return this.number;
		}

	}

	@JsonIgnoreProperties("no")
	static class ByNameOfJsonSetter {

		private String number;

		ByNameOfJsonSetter(String number) {
			this.number = number;
		}

		public String getNumber() {
			return this.number;
		}

		@JsonSetter("no")
		public void setNumber(String number) {
			this.number = number;
		}

	}

	static class InObjectOfJsonGetter {

		@JsonIgnoreProperties("no")
		public final Holder value;

		InObjectOfJsonGetter(String number) {
			this.value = new Holder(number);
		}

		static class Holder {

			private final String number;

			Holder(String number) {
				this.number = number;
			}

			@JsonGetter("no")
			public String getNumber() {
				return this.number;
			}

		}

	}

	static class NotPublic {

		private final String number;

		NotPublic(String number) {
			this.number = number;
		}

		String getNumber() {
			return this.number;
		}

	}

	private static final class SingletonOfScala {

		public static final SingletonOfScala MODULE$ = new SingletonOfScala();

		private static String url = "good";

	}

	private static final class FormerSingletonOfScala {

		public static FormerSingletonOfScala MODULE$ = new FormerSingletonOfScala();

		private final String url = "good";

	}

	public static class Inherited {

		public final int amount = 5;

	}

	static class ComputedBeside {

		public final String number;

		ComputedBeside(String number) {
			this.number = number;
		}

		String getNumber() {
			return this.number.trim();
		}

	}

	static class ComputedBesideOthers extends ComputedBeside {

		private final int amount;

		private final int internal = 3;

		ComputedBesideOthers(int amount, String number) {
			super(number);
			this.amount = amount;
		}

		public int getAmount() {
			return this.amount;
		}

		int amount() {
			return this.amount * 100;
		}

		int getInternal() {
			return this.internal + 1;
		}

	}

	@JsonIgnoreProperties("card_number")
	@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
	record ByStrategy(String cardNumber) {
	}

	static class Flag {

		private final String isNumber;

		Flag(String number) {
			this.isNumber = number;
		}

		public String getNumber() {
			return this.isNumber;
		}

	}

	@JsonIgnoreProperties("number")
	static class ByNameOfFlag extends Flag {

		ByNameOfFlag(String number) {
			super(number);
		}

	}

	record InObjectOfFlag(@JsonIgnoreProperties("number") Flag value) {

		InObjectOfFlag(String number) {
			this(new Flag(number));
		}

	}

	@JsonIgnoreProperties("number")
	static class ByNameParent {

	}

	static class ByNameChild extends ByNameParent {

		public final String number;

		ByNameChild(String number) {
			this.number = number;
		}

	}

	@JsonIncludeProperties("name")
	record NotIncluded(String number) {
	}

	static class InObject {

		@JsonIgnoreProperties("number")
		public final Numbered value;

		InObject(String number) {
			this.value = new Numbered(number);
		}

	}

	static class RenamedNumber {

		private final String number;

		RenamedNumber(String number) {
			this.number = number;
		}

		@JsonProperty("no")
		public String getNumber() {
			return this.number;
		}

	}

	static class InRenamed {

		private final RenamedNumber value;

		InRenamed(String number) {
			this.value = new RenamedNumber(number);
		}

		@JsonIgnoreProperties("no")
		public RenamedNumber getValue() {
			return this.value;
		}

	}

	static class InObjectNotIncluded {

		@JsonIncludeProperties("name")
		public final Numbered value;

		InObjectNotIncluded(String number) {
			this.value = new Numbered(number);
		}

	}

	static class InList {

		@JsonIgnoreProperties("number")
		public final List<Numbered> values;

		InList(String number) {
			this.values = List.of(new Numbered(number));
		}

	}

	static class InMap {

		@JsonIgnoreProperties("number")
		public final Map<String, String> values;

		InMap(String number) {
			this.values = Map.of("number", number);
		}

	}

	static class BackReference {

		@JsonBackReference
		public final Numbered owner;

		BackReference(String number) {
			this.owner = new Numbered(number);
		}

	}

	static final class WriteOnlyByFactory {

		private final String number;

		private WriteOnlyByFactory(String number) {
			this.number = number;
		}

		@JsonCreator
		static WriteOnlyByFactory of(
				@JsonProperty(value = "number", access = JsonProperty.Access.WRITE_ONLY) String number) {
			return new WriteOnlyByFactory(number);
		}

		public String getNumber() {
			return this.number;
		}

	}

	static class WriteOnlyByName {

		private final String number;

		WriteOnlyByName(@JsonProperty(value = "number", access = JsonProperty.Access.WRITE_ONLY) String other) {
			this.number = other;
		}

		public String getNumber() {
			return this.number;
		}

	}

	@JsonIgnoreProperties("pan")
	static final class NamedByFactory {

		private final String number;

		private NamedByFactory(String number) {
			this.number = number;
		}

		@JsonCreator
		static NamedByFactory of(@JsonProperty("pan") String number) {
			return new NamedByFactory(number);
		}

		public String getNumber() {
			return this.number;
		}

	}

	static class Box<T> {

		private final T value;

		Box(T value) {
			this.value = value;
		}

		public T getValue() {
			return this.value;
		}

	}

	static class BoxOfIgnored extends Box<Ignored> {

		BoxOfIgnored(String number) {
			super(new Ignored(number));
		}

	}

	@JsonIgnoreProperties("pan")
	static class IgnoringMap extends AbstractMap<String, String> {

		private final Map<String, String> values;

		IgnoringMap(String number) {
			this.values = Map.of("pan", number);
		}

		@Override
		public Set<Map.Entry<String, String>> entrySet() {
			return this.values.entrySet();
		}

	}

	static class IgnoringList extends AbstractList<String> {

		@JsonIgnore
		private final String number;

		IgnoringList(String number) {
			this.number = number;
		}

		@Override
		public String get(int index) {
			return this.number;
		}

		@Override
		public int size() {
			return 1;
		}

	}

	static class SensitiveList extends AbstractList<String> {

		@AirlockSensitive
		private final List<String> pins;

		SensitiveList(String pin) {
			this.pins = List.of(pin);
		}

		@Override
		public String get(int index) {
			return this.pins.get(index);
		}

		@Override
		public int size() {
			return this.pins.size();
		}

	}

	static class SensitiveMap extends AbstractMap<String, String> {

		@AirlockSensitive
		private final Map<String, String> values;

		SensitiveMap(String token) {
			this.values = Map.of("Authorization", token);
		}

		@Override
		public Set<Map.Entry<String, String>> entrySet() {
			return this.values.entrySet();
		}

	}

	static class SensitiveEntry implements Map.Entry<String, String> {

		@AirlockSensitive
		private final String value;

		SensitiveEntry(String value) {
			this.value = value;
		}

		@Override
		public String getKey() {
			return "pan";
		}

		@Override
		public String getValue() {
			return this.value;
		}

		@Override
		public String setValue(String value) {
			throw new UnsupportedOperationException();
		}

	}

	static class NamedLikeAnAccessorBeside {

		@JsonProperty("amount")
		private long fee = 1;

		private long total = 2;

		long getAmount() {
			return this.total;
		}

		long sum() {
			return this.fee + this.total;
		}

	}

	abstract static class Beside {

		protected long getAmount() {
			return 0;
		}

	}

	static class Publishing extends Beside {

		private long amount = 1;

		@Override
		public long getAmount() {
			return this.amount;
		}

	}

	static class NamedLikeAnAccessor {

		@JsonProperty("amount")
		private long fee = 1;

		private long total = 2;

		public long getAmount() {
			return this.total;
		}

		long sum() {
			return this.fee + this.total;
		}

	}

	record Swapped(@JsonProperty("amount") long fee, @JsonProperty("fee") long amount) {
	}

	static class NamedLikeAFlag {

		@JsonProperty("isActive")
		private final boolean enabled;

		NamedLikeAFlag(boolean enabled) {
			this.enabled = enabled;
		}

		public boolean getIsActive() {
			return !this.enabled;
		}

	}

	static class NamedLikeItsAccessor {

		@JsonProperty("amount")
		private long cents = 1;

		public long getAmount() {
			return this.cents;
		}

	}

	@JsonIgnoreType
	record Ignored(String number) {
	}

	@JsonIgnoreType
	enum Pin {

		P1234, P9999 {

		}

	}

	record OfIgnoredType(Ignored value) {

		OfIgnoredType(String number) {
			this(new Ignored(number));
		}

	}

	@JsonAutoDetect(getterVisibility = Visibility.NONE)
	static class NoGetters extends Numbered {

		NoGetters(String number) {
			super(number);
		}

	}

	@JsonAutoDetect(fieldVisibility = Visibility.NONE)
	static class NoFields {

		public final String number;

		NoFields(String number) {
			this.number = number;
		}

	}

	abstract static class IgnoringField {

		@JsonIgnore
		private String number;

	}

	abstract static class IgnoringGetter {

		@JsonIgnore
		abstract String getNumber();

	}

	@JsonIgnoreProperties("number")
	abstract static class IgnoringByName {

	}

	@JsonAutoDetect(getterVisibility = Visibility.NONE, fieldVisibility = Visibility.NONE)
	abstract static class NoDetection {

	}

	abstract static class SensitiveGetter {

		@AirlockSensitive
		abstract String getNumber();

	}

	static class Person {

		private final String name;

		private final @Nullable String iban;

		Person(String name, @AirlockSensitive @Nullable String iban) {
			this.name = name;
			this.iban = iban;
		}

		public String getName() {
			return this.name;
		}

		public @Nullable String getIban() {
			return this.iban;
		}

	}

	static class Child extends Numbered {

		Child(@AirlockSensitive String number) {
			super(number);
		}

	}

	static class Renaming {

		private final String number;

		Renaming(@AirlockSensitive String cardNumber) {
			this.number = cardNumber;
		}

		public String getNumber() {
			return this.number;
		}

	}

	static class RenamingChild extends Numbered {

		RenamingChild(@AirlockSensitive @Nullable String account) {
			super(account);
		}

	}

	record ByConstructor(String iban) {

		ByConstructor(@AirlockSensitive String iban) {
			this.iban = iban;
		}

	}

	record ByOtherConstructor(String name, String iban) {

		ByOtherConstructor(@AirlockSensitive StringBuilder iban, String name) {
			this(name, iban.toString());
		}

	}

	record Iban(@AirlockSensitive String text) {
	}

	static class LeftOutField {

		@AirlockOmitted
		private final String iban;

		LeftOutField(@AirlockSensitive String iban) {
			this.iban = iban;
		}

		public String getIban() {
			return this.iban;
		}

	}

	static class Shouting {

		@AirlockSensitive
		private final String iban;

		Shouting(String iban) {
			this.iban = iban;
		}

		public String getIBAN() {
			return this.iban;
		}

	}

	static class WithSetter {

		private String iban = "a";

		WithSetter() {
		}

		WithSetter(String iban) {
			this.iban = iban;
		}

		public String getIban() {
			return this.iban;
		}

		public void setIban(@AirlockSensitive String iban) {
			this.iban = iban;
		}

	}

	static class Fluent {

		private @Nullable String iban;

		private @Nullable String account;

		public @Nullable String getIban() {
			return this.iban;
		}

		public @Nullable String getAccount() {
			return this.account;
		}

		Fluent iban(@AirlockSensitive String value) {
			this.iban = value;
			return this;
		}

		@AirlockSensitive
		Fluent account(String value) {
			this.account = value;
			return this;
		}

	}

	record Withered(String iban) {

		Withered withIban(@AirlockSensitive String value) {
			return new Withered(value);
		}

	}

	record WitheredBeside(String iban, long value) {

		WitheredBeside withIban(@AirlockSensitive String value) {
			return new WitheredBeside(value, this.value);
		}

	}

	static final class SetterBeside {

		private String iban;

		private final int value;

		SetterBeside(String iban, int value) {
			setIban(iban);
			this.value = value;
		}

		public String getIban() {
			return this.iban;
		}

		public int getValue() {
			return this.value;
		}

		public void setIban(@AirlockSensitive String value) {
			this.iban = value;
		}

	}

	static final class Withholding {

		private final String withholding;

		private int amount;

		Withholding(String withholding) {
			this.withholding = withholding;
		}

		public String getWithholding() {
			return this.withholding;
		}

		public int getAmount() {
			return this.amount;
		}

		public Withholding withholding(@AirlockSensitive int amount) {
			return this;
		}

	}

	static final class Paid {

		private String iban;

		private boolean paid;

		Paid(String iban) {
			paid(iban);
		}

		public String getIban() {
			return this.iban;
		}

		public boolean isPaid() {
			return this.paid;
		}

		public void paid(@AirlockSensitive String iban) {
			this.iban = iban;
			this.paid = true;
		}

	}

	static final class Made {

		private final String iban;

		private Made(String iban) {
			this.iban = iban;
		}

		public String getIban() {
			return this.iban;
		}

		@JsonCreator
		static Made of(@AirlockSensitive String iban) {
			return new Made(iban);
		}

	}

	record Parsed(String iban) {

		static Parsed parse(@AirlockSensitive String text) {
			return new Parsed(text);
		}

	}

	interface SensitiveNumber {

		@AirlockSensitive
		String getNumber();

	}

	static class Inheriting extends Numbered implements SensitiveNumber {

		Inheriting(String number) {
			super(number);
		}

	}

	static class NoAccessor {

		@AirlockSensitive
		private final String pin;

		NoAccessor(String pin) {
			this.pin = pin;
		}

		@JsonProperty("number")
		String number() {
			return this.pin;
		}

	}

	static class Secret {

		@AirlockSensitive
		public String field;

		Secret() {
			this("a");
		}

		Secret(String field) {
			this.field = field;
		}

		@AirlockSensitive
		public String getText() {
			return "s3cr3t";
		}

	}

	static class NamedLikeAField {

		@JsonProperty("amount")
		private long fee = 1;

		@JsonProperty("total")
		private long amount = 2;

	}

	static class PrivateBeside {

		private int amount = 1;

		public int getAmount() {
			return this.amount;
		}

		private int amount() {
			return this.amount + 1;
		}

	}

	static class LeavingOutAType {

		@AirlockOmitted
		private final Nothing nothing = new Nothing();

	}

	record LeftOutByOtherConstructor(String iban, String memo) {

		LeftOutByOtherConstructor(@AirlockOmitted StringBuilder memo, String iban) {
			this(iban, memo.toString());
		}

	}

	static class Active {

		private final Boolean isActive;

		Active(Boolean active) {
			this.isActive = active;
		}

		public Boolean getIsActive() {
			return this.isActive;
		}

	}

	static class LeftOutParameter {

		private final String memo;

		LeftOutParameter(@AirlockOmitted String memo) {
			this.memo = memo;
		}

		public String getMemo() {
			return this.memo;
		}

	}

	static class Summarized {

		private int amount = 1;

		public int getAmount() {
			return this.amount;
		}

		@JsonIgnore
		public String getSummary() {
			return "for " + this.amount;
		}

	}

	@JsonIncludeProperties("amount")
	static class Included {

		@JsonProperty
		private int amount = 1;

		public int getAmount() {
			return this.amount;
		}

	}

	static class IgnoringParameter {

		IgnoringParameter(@JsonProperty(access = JsonProperty.Access.WRITE_ONLY) String number) {
		}

	}

	static class LeftOut {

		public String name = "a";

		@AirlockOmitted
		private @Nullable Thread field;

		@AirlockOmitted
		private String memo = "a";

		public String getMemo() {
			return this.memo;
		}

		boolean isSet() {
			return this.field != null;
		}

	}

	class Inner {

		public String name = "a";

	}

	private Object capturing() {
		Inner captured = new Inner();
		return new Object() {

			final Inner inner = captured;

			@Override
			public String toString() {
				return this.inner + StateFieldsTests.this.toString();
			}

		};
	}

	@SuppressWarnings("serial")
	static class Bits extends BitSet {

		public String getName() {
			return "x";
		}

	}

	@SuppressWarnings("serial")
	static class ActiveOnly extends ArrayList<Long> {

		@Override
		public Iterator<Long> iterator() {
			return stream().filter((value) -> value < 100).iterator();
		}

	}

	@SuppressWarnings("serial")
	static class Recent extends LinkedHashMap<String, Integer> {

		@Override
		public Integer put(String key, Integer value) {
			return super.put(key.trim(), value);
		}

	}

	static class PublicHidden {

		public long amount;

	}

	static class PublicShadowing extends PublicHidden {

		@SuppressWarnings("HidingField")
		public long amount = 1;

	}

	static class WriteOnlyByParameter extends Numbered {

		private final String user;

		WriteOnlyByParameter(String user, @JsonProperty(access = JsonProperty.Access.WRITE_ONLY) String number) {
			super(number);
			this.user = user;
		}

		public String getUser() {
			return this.user;
		}

	}

	@JsonIgnoreProperties("pan")
	static class NamedByConstructor {

		private final String number;

		NamedByConstructor(@JsonProperty("pan") String number) {
			this.number = number;
		}

		public String getNumber() {
			return this.number;
		}

	}

	static class Plugin extends ClassLoader {

		final String name = "a";

	}

	@SuppressWarnings("serial")
	static class ZonedDate extends Date {

		public String zone = "a";

		ZonedDate() {
			super(0);
		}

	}

	@SuppressWarnings("serial")
	static class Pair extends AbstractMap.SimpleEntry<String, String> {

		public String extra = "";

		Pair() {
			super("a", "b");
		}

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

	@SuppressWarnings("serial")
	static class Failure extends Exception {

	}

	static class WithThread {

		private final Thread thread = Thread.currentThread();

		int priority() {
			return this.thread.getPriority();
		}

	}

	static class Hold extends AbstractAggregateRoot<Hold> {

	}

}
