/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.condition.ApprovalCondition;
import io.airlockapp.gateway.approval.condition.ConditionParser;
import io.airlockapp.gateway.approval.condition.DescriptionTemplate;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.support.Durations;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.env.PropertyResolver;
import org.springframework.expression.ParseException;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Finds {@link RequiresAirlockApproval} on methods, on their types, and on the methods
 * and types that they override or implement. An invalid attribute is reported when the
 * bean is created, not when it is called.
 */
public final class ApprovalAttributeSource {

	/**
	 * A placeholder whose empty default is written on purpose, possibly that of another
	 * one.
	 */
	private static final Pattern EMPTY_DEFAULT = Pattern.compile("\\s*(\\$\\{[^:{}]+:)+\\s*}+\\s*");

	/**
	 * The module that records the calls of durable methods.
	 */
	private static final String DURABLE_MODULE = "io.airlockapp.gateway.durable.DurableApprovals";

	private static final String ADD_DURABLE_MODULE = "Add the dependency 'io.airlockapp:airlock-gateway-spring-boot-durable'";

	private final Map<Object, Optional<ApprovalAttribute>> cache = new ConcurrentHashMap<>();

	private final PropertyResolver placeholders;

	public ApprovalAttributeSource(PropertyResolver placeholders) {
		this.placeholders = placeholders;
	}

	public @Nullable ApprovalAttribute find(Method method, @Nullable Class<?> targetClass) {
		Object key = new MethodClassKey(method, targetClass);
		Optional<ApprovalAttribute> cached = this.cache.get(key);
		if (cached == null) {
			// Separately, since each guarded call finds it, and would create a function
			cached = Optional.ofNullable(resolve(method, targetClass));
			this.cache.put(key, cached);
		}
		return cached.orElse(null);
	}

	/**
	 * Verify that the groups of approvers of the methods found so far are configured, and
	 * that the steps of their escalations leave time to decide. Durable methods have
	 * another time, and are verified by their module.
	 * @param groups the configured groups
	 * @param defaultTimeout the time to decide if neither a method nor its group
	 * specifies one
	 */
	public void requireApprovers(ApproverGroups groups, Duration defaultTimeout) {
		this.cache.values()
			.stream()
			.flatMap(Optional::stream)
			.filter((attribute) -> !attribute.durable())
			.forEach((attribute) -> requireApprovers(attribute, groups, defaultTimeout));
	}

	/**
	 * Return the names of the pairings of the methods found so far that have no group of
	 * approvers.
	 * @return the names
	 */
	public Set<String> pairings() {
		return this.cache.values()
			.stream()
			.flatMap(Optional::stream)
			.filter((attribute) -> attribute.approvers() == null)
			.map(ApprovalAttribute::pairing)
			.collect(Collectors.toSet());
	}

	/**
	 * Verify the beans to which the conditions of the methods found so far refer.
	 * @param beans the factory of the beans
	 * @param types the classes of guarded beans
	 */
	public void verifyConditionBeans(BeanFactory beans, Set<Class<?>> types) {
		this.cache.values().stream().flatMap(Optional::stream).forEach((attribute) -> {
			ApprovalCondition condition = attribute.condition();
			if (condition != null && types.contains(attribute.declaration().type())) {
				new AttributeReader(attribute.declaration()).read("condition", () -> {
					condition.verifyBeans(beans);
					return condition;
				});
			}
		});
	}

	static void requireApprovers(ApprovalAttribute attribute, ApproverGroups groups, Duration defaultTimeout) {
		String approvers = attribute.approvers();
		if (approvers != null) {
			new AttributeReader(attribute.declaration()).read("approvers",
					() -> groups.requireFor(approvers, attribute.timeout(), defaultTimeout));
		}
	}

	/**
	 * Return whether a method requires approval, even if an attribute is invalid.
	 * @param method the method
	 * @param targetClass the class of the target, if there is one
	 */
	public static boolean requiresApproval(Method method, @Nullable Class<?> targetClass) {
		return mayGuard(method, userClass(method, targetClass)) && findAnyAnnotation(method, targetClass) != null;
	}

	/**
	 * Return whether an approval of one method is given by the approvers of another one,
	 * as far as the annotations say the same without their placeholders being resolved.
	 * @param method the method
	 * @param other the other method
	 * @param targetClass the class of the target
	 * @return {@code false} also if one of the methods requires no approval
	 */
	public static boolean haveSameApprovers(Method method, Method other, Class<?> targetClass) {
		RequiresAirlockApproval one = findAnyAnnotation(method, targetClass);
		RequiresAirlockApproval another = findAnyAnnotation(other, targetClass);
		return one != null && another != null && named(one.pairing()).equals(named(another.pairing()))
				&& one.approvers().equals(another.approvers());
	}

	/**
	 * Return whether a condition decides if calls of a method require approval.
	 * @param method the method
	 * @param targetClass the class of the target
	 */
	public static boolean isConditional(Method method, Class<?> targetClass) {
		RequiresAirlockApproval annotation = findAnyAnnotation(method, targetClass);
		return annotation != null && StringUtils.hasText(annotation.condition());
	}

	private static @Nullable RequiresAirlockApproval findAnyAnnotation(Method method, @Nullable Class<?> targetClass) {
		Class<?> userClass = userClass(method, targetClass);
		return findAnnotations(method, AopUtils.getMostSpecificMethod(method, userClass), userClass).stream()
			.findFirst()
			.orElse(null);
	}

	private @Nullable ApprovalAttribute resolve(Method method, @Nullable Class<?> targetClass) {
		Class<?> userClass = userClass(method, targetClass);
		Method specificMethod = AopUtils.getMostSpecificMethod(method, userClass);
		Set<RequiresAirlockApproval> annotations = findAnnotations(method, specificMethod, userClass);
		if (annotations.isEmpty()) {
			return null;
		}
		Declaration declaration = Declaration.of(specificMethod, userClass);
		if (annotations.size() > 1) {
			throw UnguardableMethodException.withRemedy(
					"%s has several annotations @RequiresAirlockApproval that differ: on %s".formatted(
							declaration.qualifiedName(),
							Stream.of(specificMethod, method)
								.flatMap((each) -> elements(each, userClass))
								.filter(ApprovalAttributeSource::isAnnotated)
								.map(ApprovalAttributeSource::name)
								.distinct()
								.collect(Collectors.joining(", "))),
					"Annotate it in one of these places, or equally in all of them.");
		}
		return attribute(annotations.iterator().next(), declaration);
	}

	private static Class<?> userClass(Method method, @Nullable Class<?> targetClass) {
		return ClassUtils.getUserClass((targetClass != null) ? targetClass : method.getDeclaringClass());
	}

	private static Set<RequiresAirlockApproval> findAnnotations(Method method, Method specificMethod,
			Class<?> userClass) {
		Set<RequiresAirlockApproval> annotations = findAnnotations(specificMethod, userClass);
		return (!annotations.isEmpty() || specificMethod == method) ? annotations : findAnnotations(method, userClass);
	}

	/**
	 * Find the annotation of a method, which can also be on its class.
	 * @param method the method of the class of the target
	 * @param targetClass the class of the target
	 * @return the annotation, or {@code null} if there is none
	 */
	static @Nullable RequiresAirlockApproval findAnnotation(Method method, Class<?> targetClass) {
		return findAnnotations(method, targetClass).stream().findFirst().orElse(null);
	}

	/**
	 * Find the annotation of a method that is not on its types.
	 * @param method the method of the class of the target
	 * @param targetClass the class of the target
	 * @return the annotation, or {@code null} if there is none
	 */
	public static @Nullable RequiresAirlockApproval findOwnAnnotation(Method method, Class<?> targetClass) {
		return mayGuard(method, targetClass)
				? annotations(MethodDeclarations.of(method, targetClass)).findFirst().orElse(null) : null;
	}

	/**
	 * Find all annotations that apply to a method: those on its declarations, and those
	 * on types of the target, except for the types of annotated declarations and their
	 * supertypes. No other annotation replaces one, since each of them may have been
	 * written in the belief that it applies.
	 */
	private static Set<RequiresAirlockApproval> findAnnotations(Method method, Class<?> targetClass) {
		return annotations(elements(method, targetClass)).collect(Collectors.toSet());
	}

	private static Stream<AnnotatedElement> elements(Method method, Class<?> targetClass) {
		if (!mayGuard(method, targetClass)) {
			return Stream.empty();
		}
		List<Method> declarations = MethodDeclarations.of(method, targetClass).toList();
		List<Class<?>> annotated = declarations.stream()
			.filter(ApprovalAttributeSource::isAnnotated)
			.<Class<?>>map(Method::getDeclaringClass)
			.toList();
		Stream<Class<?>> types = GuardedMethods.annotatedTypes(method, targetClass)
			.filter((type) -> annotated.stream().noneMatch(type::isAssignableFrom));
		return Stream.concat(declarations.stream(), types);
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		return annotations(Stream.of(element)).findAny().isPresent();
	}

	private static String name(AnnotatedElement element) {
		return (element instanceof Method method) ? ClassUtils.getQualifiedMethodName(method)
				: ((Class<?>) element).getName();
	}

	/**
	 * Return whether there may be annotations. Each bean method of an application is
	 * asked for, and nearly none has one.
	 */
	private static boolean mayGuard(Method method, Class<?> targetClass) {
		return GuardedMethods.mayGuard(targetClass) || GuardedMethods.mayGuard(method.getDeclaringClass());
	}

	private static Stream<RequiresAirlockApproval> annotations(Stream<? extends AnnotatedElement> elements) {
		return elements
			.flatMap((element) -> MergedAnnotations.from(element, SearchStrategy.DIRECT)
				.stream(RequiresAirlockApproval.class))
			.map(MergedAnnotation::synthesize);
	}

	private ApprovalAttribute attribute(RequiresAirlockApproval annotation, Declaration declaration) {
		AttributeReader reader = new AttributeReader(declaration);
		String label = reader.read("value", () -> resolve(annotation.value()));
		String artifactType = reader.read("artifactType", () -> resolve(annotation.artifactType()));
		return new ApprovalAttribute(declaration, StringUtils.hasText(label) ? label : declaration.toString(),
				reader.read("description", () -> description(annotation.description(), declaration)),
				StringUtils.hasText(artifactType) ? artifactType : null,
				reader.read("timeout", () -> timeout(resolve(annotation.timeout()))),
				reader.read("condition", () -> condition(annotation.condition(), declaration)),
				reader.read("pairing", () -> named(resolveName(annotation.pairing()))),
				reader.read("approvers", () -> approvers(annotation)), annotation.allowInTransaction(),
				annotation.abridge(), reader.read("durable", () -> durable(annotation.durable(), declaration.type())));
	}

	private String resolve(String text) {
		Assert.isTrue(!text.contains("#{"),
				"'#{...}' is not evaluated here, where all is sent in clear: put it in 'description'");
		return this.placeholders.resolveRequiredPlaceholders(text);
	}

	private String resolveName(String text) {
		String name = resolve(text);
		Assert.isTrue(!StringUtils.hasText(text) || StringUtils.hasText(name) || EMPTY_DEFAULT.matcher(text).matches(),
				() -> "the property to which '%s' refers is blank".formatted(text));
		try {
			return StringUtils.hasText(name) ? Pairing.requireName(name) : name;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("%s, unlike '%s'".formatted(ex.getMessage(), text), ex);
		}
	}

	private static @Nullable Duration timeout(String text) {
		if (!StringUtils.hasText(text)) {
			return null;
		}
		Assert.isTrue(!Durations.isWithoutUnit(text), Durations.UNIT_IS_MISSING);
		return ApprovalSettings.requireTimeout("timeout", DurationStyle.detectAndParse(text));
	}

	private static String named(String pairing) {
		return StringUtils.hasText(pairing) ? pairing : Pairing.DEFAULT_NAME;
	}

	private @Nullable String approvers(RequiresAirlockApproval annotation) {
		String name = resolveName(annotation.approvers());
		if (!StringUtils.hasText(name)) {
			return null;
		}
		Assert.isTrue(!StringUtils.hasText(annotation.pairing()),
				"'pairing' cannot be set beside it, because the pairings of a group are configured: remove one of them");
		return name;
	}

	private static @Nullable DescriptionTemplate description(String text, Declaration declaration) {
		return StringUtils.hasText(text) ? DescriptionTemplate.parse(text, declaration.type(), declaration.method())
				: null;
	}

	private static @Nullable ApprovalCondition condition(String text, Declaration declaration) {
		return StringUtils.hasText(text) ? ConditionParser.parse(text, declaration.type(), declaration.method()) : null;
	}

	private static boolean durable(boolean durable, Class<?> type) {
		Assert.isTrue(!durable || ClassUtils.isPresent(DURABLE_MODULE, type.getClassLoader()),
				() -> StringUtils.uncapitalize(ADD_DURABLE_MODULE));
		return durable;
	}

	/**
	 * Reads attributes of the annotation, and adds the name of an invalid attribute to
	 * the exception.
	 */
	private record AttributeReader(Declaration declaration) {

		private <T extends @Nullable Object> T read(String name, Supplier<T> attribute) {
			try {
				return attribute.get();
			}
			catch (IllegalArgumentException | ParseException ex) {
				throw UnguardableMethodException
					.ofAttribute("The attribute '%s' of @RequiresAirlockApproval on %s cannot be used: %s"
						.formatted(name, this.declaration.qualifiedName(), ex.getMessage()), ex, remedy(name));
			}
		}

		private static String remedy(String attribute) {
			return switch (attribute) {
				case "durable" -> ADD_DURABLE_MODULE + ".";
				case "approvers" -> "Correct the attribute 'approvers', or the properties of the group.";
				case "timeout" -> "Correct the attribute 'timeout'. It is a duration with a unit, such as '2m'.";
				case "value" ->
					"Correct the attribute 'value'. '${...}' is replaced by a property; an argument is shown by '#{#amount}' in 'description'.";
				default -> "Correct the attribute '%s'.".formatted(attribute);
			};
		}

	}

}
