package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.verification.SelfReferences.Call;
import io.airlockapp.gateway.approval.verification.SelfReferences.Receiver;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.asm.Type;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Refuses classes that call their own guarded methods, and so bypass the proxy. Calls
 * that a guarded method makes are part of what is approved. An annotation on the type is
 * not considered, since it guards all methods that others call.
 */
final class SelfCalls {

	private static final Log logger = LogFactory.getLog(SelfCalls.class);

	/**
	 * Libraries that receive many objects, and call only methods that they declare
	 * themselves.
	 */
	private static final List<String> HARMLESS = List.of("java.", "kotlin.", "org.springframework.", "org.slf4j.",
			"org.apache.commons.logging.", "org.apache.logging.", "org.jboss.logging.", "io.micrometer.");

	private static final ClassValue<SelfCalls> known = new ClassValue<>() {

		@Override
		protected SelfCalls computeValue(Class<?> type) {
			return new SelfCalls(type);
		}

	};

	private final Class<?> type;

	private final Set<Method> guarded;

	private @Nullable String refused;

	private SelfCalls(Class<?> type) {
		this.type = type;
		this.guarded = Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.filter((method) -> !Modifier.isStatic(method.getModifiers()) && method.getDeclaringClass() != Object.class
					&& ApprovalAttributeSource.findOwnAnnotation(method, type) != null)
			.collect(Collectors.toCollection(LinkedHashSet::new));
		if (!this.guarded.isEmpty()) {
			follow(read());
		}
	}

	/**
	 * Require that a class does not call its guarded methods itself, according to its
	 * class file.
	 * @throws UnguardableMethodException if it does
	 */
	static void requireNone(Class<?> type, String beanName) {
		String refused = known.get(type).refused;
		if (refused != null) {
			throw UnguardableMethodException.withRemedy(
					"%s of bean '%s', past the proxy, so that call can't be guarded".formatted(refused, beanName),
					"Move the guarded method to another bean, or call it on the bean: have the bean injected into itself "
							+ "with @Lazy.");
		}
	}

	private SelfReferenceReader read() {
		SelfReferenceReader reader = new SelfReferenceReader();
		List<Class<?>> classes = Stream
			.<Class<?>>iterate(this.type, (current) -> current != null && current != Object.class, Class::getSuperclass)
			.toList();
		Stream<Class<?>> interfaces = classes.stream()
			.flatMap((current) -> Arrays.stream(current.getInterfaces()))
			.flatMap(LibraryTypes::hierarchy);
		Stream.concat(classes.stream(), interfaces).distinct().forEach(reader::read);
		return reader;
	}

	/**
	 * Follow the calls of the class on itself, starting from the methods that others
	 * call.
	 */
	private void follow(SelfReferenceReader reader) {
		Set<String> signatures = this.guarded.stream().map(SelfCalls::signature).collect(Collectors.toSet());
		Set<Call> seen = new HashSet<>();
		Deque<Call> callers = new ArrayDeque<>();
		reader.entries().forEach((entry) -> callers.add(new Call(entry, null)));
		while (!callers.isEmpty()) {
			Call caller = callers.remove();
			if (signatures.contains(caller.method()) || !seen.add(caller)) {
				continue;
			}
			SelfReferences references = reader.of(caller);
			for (Call called : references.calls()) {
				if (signatures.contains(called.method())) {
					this.refused = "%s.%s requires approval, but %s calls it on the object itself (this)"
						.formatted(this.type.getName(), name(called), name(caller));
				}
				callers.add(called);
			}
			references.receivers().stream().filter(this::mayCall).forEach((receiver) -> warn(caller, receiver));
		}
	}

	/**
	 * Return whether a receiver of the object may call its guarded methods: by a type
	 * that has one, or by reflection.
	 */
	private boolean mayCall(Receiver receiver) {
		if (isOwn(receiver)) {
			return false;
		}
		if (receiver.parameterType().equals(Object.class.getName())) {
			return !receiver.method().equals("equals") && HARMLESS.stream().noneMatch(receiver.type()::startsWith);
		}
		ClassLoader classLoader = this.type.getClassLoader();
		if (!ClassUtils.isPresent(receiver.parameterType(), classLoader)) {
			return false;
		}
		Class<?> parameterType = ClassUtils.resolveClassName(receiver.parameterType(), classLoader);
		return this.guarded.stream()
			.anyMatch((method) -> ClassUtils.hasMethod(parameterType, method.getName(), method.getParameterTypes()));
	}

	private boolean isOwn(Receiver receiver) {
		return receiver.type().equals(this.type.getName()) || receiver.type().startsWith(this.type.getName() + "$");
	}

	private void warn(Call caller, Receiver receiver) {
		logger
			.warn(("%s.%s gives the object itself (this) to %s, which may call %s without approval: give it the bean, "
					+ "which is guarded")
				.formatted(this.type.getName(), name(caller), receiver,
						this.guarded.stream().map(Method::getName).distinct().collect(Collectors.joining(", "))));
	}

	private static String signature(Method method) {
		return method.getName() + Type.getMethodDescriptor(method);
	}

	private static String name(Call call) {
		return call.method().substring(0, call.method().indexOf('('));
	}

}
